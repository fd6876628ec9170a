import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { linkDel } from '../../kernel/netlink/link.ts';
import { cgroupOf, containerId } from '../context/identifiers.ts';
import { everyProject } from '../directories/every-project.ts';
import { projectPaths, stateDirectory } from '../directories/project-paths.ts';
import { cgroupLayout } from '../facts/gather-facts.ts';
import { blocksOf } from '../networks/blocks.ts';
import { hostBlocks } from '../networks/bridges.ts';
import { createNetwork as createIn } from '../networks/machine/create.ts';
import { machineNetworkPaths } from '../networks/machine/paths.ts';
import { planMachineNetwork, type WantedNetwork } from '../networks/machine/plan.ts';
import {
  checkName,
  damagedNetwork,
  nameTaken,
  networkInUse,
  noNetwork,
  ofProject,
} from '../networks/machine/refusals.ts';
import { removeRecord, sweepUnfinished } from '../networks/machine/remove.ts';
import { damagedNetworks, findNetwork, storedNetworks } from '../networks/machine/stored-network.ts';
import { openRoute } from '../networks/rtnetlink.ts';
import { liveProcess } from '../record/live-process.ts';
import type { NetworkBlock, NetworkRecord, ProjectRecord } from '../record/project-record.ts';
import { glance } from '../record/read.ts';
import { requireRoot } from '../supervisor/require-root.ts';

/** A network of this machine with the containers on it. */
export type ListedNetwork = {
  readonly name: string;
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly blocks: readonly NetworkBlock[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly isInternal: boolean;
  /** It belongs to no project. */
  readonly isShared: boolean;
  /** The project that made it; none if a command did. */
  readonly project?: string;
  /** Its key in the Compose file. */
  readonly key?: string;
  /** Stopped containers included. */
  readonly endpoints: readonly Endpoint[];
};

export type Endpoint = {
  readonly container: string;
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly project: string;
  readonly address?: string;
  readonly address6?: string;
  readonly isRunning: boolean;
};

/** The networks of this machine by name, from their files: no supervisor is asked or started. */
export const listNetworks = (): readonly ListedNetwork[] => {
  requireRoot();
  const state = stateDirectory();
  const projects = projectsIn(state);
  const shared = storedNetworks(machineNetworkPaths(state)).map(
    ({ id, created, network, project }): ListedNetwork => ({
      ...{ id, created, isShared: true },
      ...shown(network),
      ...(project !== undefined && { project }),
      endpoints: endpointsOn(network.name, projects),
    }),
  );
  const names = new Set(shared.map(({ name }) => name));
  const ofProjects = projects.flatMap(({ record, created }) =>
    Object.values(record.networks)
      .filter(({ name, external }) => !external && !names.has(name))
      .map(
        (network): ListedNetwork => ({
          id: createHash('sha256').update(`${record.name}/${network.key}/${network.bridge}`).digest('hex'),
          ...{ created, isShared: false, project: record.name, key: network.key },
          ...shown(network),
          endpoints: endpointsOn(network.name, projects),
        }),
      ),
  );
  return [...shared, ...ofProjects].toSorted((a, b) => (a.name < b.name ? -1 : 1));
};

/** The network of a name, or of the beginning of an ID if it is the only one. */
export const namedNetwork = (name: string, networks: readonly ListedNetwork[]): ListedNetwork | undefined => {
  const byId = name === '' ? [] : networks.filter(({ id }) => id.startsWith(name));
  return networks.find((network) => network.name === name) ?? (byId.length === 1 ? byId[0] : undefined);
};

/** The diagnostic for a name that no network has, or one that cannot be read. */
export const missingNetwork = (name: string, networks: readonly ListedNetwork[]): Diagnostic =>
  damagedRecords().find(({ network }) => network === name)?.diagnostic ??
  noNetwork(
    name,
    networks.map((network) => network.name),
  );

/** The networks that are not listed, for their records are damaged. */
export const damagedRecords = (): readonly {
  readonly network: string;
  readonly diagnostic: Diagnostic;
}[] => {
  const paths = machineNetworkPaths(stateDirectory());
  return damagedNetworks(paths).map((network) => ({
    network,
    diagnostic: damagedNetwork(network, paths.directory(network)),
  }));
};

/** Creates a network that projects share. Throws a Problem if the name is taken or its addresses cannot be had. */
export const createNetwork = async (
  wanted: WantedNetwork,
  dryRun: boolean,
): Promise<Pick<ListedNetwork, 'id'>> => {
  requireRoot();
  const { name } = wanted;
  checkName(name);
  const listed = listNetworks();
  const existing = listed.find((network) => network.name === name);
  if (existing) throw new Problem(nameTaken(name, existing.project));
  const network = planMachineNetwork(wanted, [...hostBlocks({ route: openRoute() }), ...blocksIn(listed)]);
  if (dryRun) return { id: containerId() };
  const { stored, isNew } = await createIn(machineNetworkPaths(stateDirectory()), network);
  if (!isNew) throw new Problem(nameTaken(name));
  return stored;
};

/** Removes a network that projects share, with its bridge. Throws a Problem if a container has an address on it. */
export const removeNetwork = (name: string, dryRun: boolean): void => {
  requireRoot();
  const listed = listNetworks();
  const found = namedNetwork(name, listed);
  if (!found) throw new Problem(missingNetwork(name, listed));
  if (!found.isShared && found.project !== undefined) throw new Problem(ofProject(found.name, found.project));
  const users = found.endpoints.map(({ container, project }) => `${container} (project ${project})`);
  if (users.length > 0) throw new Problem(networkInUse(found.name, users));
  if (dryRun) return;
  const paths = machineNetworkPaths(stateDirectory());
  const bridge = findNetwork(paths, found.name)?.network.bridge;
  if (!removeRecord(paths, found.name)) throw new Problem(networkInUse(found.name, []));
  if (bridge !== undefined) openRoute().request(linkDel(bridge));
};

/** Removes these networks, except those that something has begun to use meanwhile; returns the names of the removed. */
export const pruneNetworks = (
  networks: readonly Pick<ListedNetwork, 'name'>[],
  dryRun: boolean,
): readonly string[] => {
  if (!dryRun) sweepUnfinished(machineNetworkPaths(stateDirectory()));
  return networks.flatMap(({ name }) => {
    try {
      removeNetwork(name, dryRun);
      return [name];
    } catch (error) {
      if (error instanceof Problem && error.diagnostics.every(({ code }) => OVERTAKEN.includes(code)))
        return [];
      throw error;
    }
  });
};

/** In use, or removed by another command. */
const OVERTAKEN: readonly string[] = ['no-network', 'network-in-use'];

type RecordedProject = { readonly record: ProjectRecord; readonly created: number };

const projectsIn = (state: string): readonly RecordedProject[] =>
  everyProject(state).flatMap((paths) => {
    const record = glance(paths.record);
    return record ? [{ record, created: statSync(paths.record).mtimeMs }] : [];
  });

/** The blocks of networks; the bridges of some may not be there now. */
const blocksIn = (networks: readonly ListedNetwork[]): readonly string[] =>
  networks.flatMap(({ blocks }) => blocks.map(({ subnet }) => subnet));

const shown = (
  network: NetworkRecord,
): Pick<ListedNetwork, 'name' | 'blocks' | 'options' | 'labels' | 'isInternal'> => ({
  name: network.name,
  blocks: blocksOf(network),
  options: network.options ?? {},
  labels: network.labels ?? {},
  isInternal: network.internal ?? false,
});

const endpointsOn = (name: string, projects: readonly RecordedProject[]): readonly Endpoint[] =>
  projects.flatMap(({ record }) => {
    const key = Object.values(record.networks).find((network) => network.name === name)?.key;
    if (key === undefined) return [];
    const layout = cgroupLayout();
    return Object.values(record.containers)
      .filter(({ definition }) => Object.hasOwn(definition.networks, key))
      .map((container): Endpoint => {
        const { life } = projectPaths(record.name).container(container.name);
        const address = container.addresses[key];
        const address6 = container.addresses6?.[key];
        return {
          ...{ container: container.name, id: container.id, project: record.name },
          ...(address !== undefined && { address }),
          ...(address6 !== undefined && { address6 }),
          isRunning: liveProcess(layout, cgroupOf(record.name, container), life) !== undefined,
        };
      });
  });
