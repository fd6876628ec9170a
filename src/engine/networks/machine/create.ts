import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { Problem } from '../../../base/diagnostic.ts';
import { containerId } from '../../context/identifiers.ts';
import { publishDirectory, writeFlushed } from '../../directories/publish-directory.ts';
import type { NetworkRecord } from '../../record/project-record.ts';
import { type MachineNetworkPaths, STAGING } from './paths.ts';
import { damagedNetwork } from './refusals.ts';
import { finishRemoval, sweepUnfinished } from './remove.ts';
import { readNetwork, type StoredNetwork, VERSION } from './stored-network.ts';

/**
 * Creates a network, or returns the existing one of the name. It exists completely or not at all. Throws a Problem if
 * the record of the existing one cannot be read.
 */
export const createNetwork = async (
  paths: MachineNetworkPaths,
  network: NetworkRecord,
  project?: string,
): Promise<{ readonly stored: StoredNetwork; readonly isNew: boolean }> => {
  const stored: StoredNetwork = {
    id: containerId(),
    created: Date.now(),
    network,
    ...(project !== undefined && { project }),
  };
  sweepUnfinished(paths);
  for (;;) {
    finishRemoval(paths, network.name);
    const wasThere = existsSync(paths.leases(network.name));
    const existing = readNetwork(paths.definition(network.name));
    if (existing === 'damaged' || (!existing && wasThere && existsSync(paths.leases(network.name))))
      throw new Problem(damagedNetwork(network.name, paths.directory(network.name)));
    if (existing) return { stored: existing, isNew: false };
    if (await isPublished(paths, stored)) return { stored, isNew: true };
  }
};

/** False if another process created a network of the name. */
const isPublished = (paths: MachineNetworkPaths, stored: StoredNetwork): Promise<boolean> =>
  publishDirectory({
    store: paths.store,
    name: stored.network.name,
    staging: STAGING,
    fill: async (directory) => {
      await mkdir(`${directory}/leases`, { mode: 0o700 });
      await writeFlushed(
        `${directory}/network.json`,
        `${JSON.stringify({ version: VERSION, ...stored }, null, 2)}\n`,
      );
    },
  });
