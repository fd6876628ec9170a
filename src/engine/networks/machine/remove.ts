import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { entriesIfThere } from '../../directories/read-if-there.ts';
import { removeIfEmpty } from '../../trash/remove-if-empty.ts';
import { type MachineNetworkPaths, STAGING } from './paths.ts';

/**
 * Removes the record of a network that no container has an address on; false if one has. rmdir(2) refuses a directory
 * that is not empty, and nothing is leased without it: a container gets its address, or the network goes.
 */
export const removeRecord = (paths: MachineNetworkPaths, name: string): boolean => {
  try {
    rmdirSync(paths.leases(name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    if (code !== 'ENOENT') throw error;
  }
  finishRemoval(paths, name);
  removeIfEmpty(paths.store);
  return true;
};

/** Deletes what a removal that was killed has left. */
export const finishRemoval = (paths: MachineNetworkPaths, name: string): void => {
  if (existsSync(paths.directory(name)) && !existsSync(paths.leases(name)))
    rmSync(paths.directory(name), { recursive: true, force: true });
};

/** Remains of killed creations. */
export const unfinishedIn = ({ store }: Pick<MachineNetworkPaths, 'store'>): readonly string[] =>
  entriesIfThere(store)
    .filter((name) => name.startsWith(STAGING))
    .map((name) => `${store}/${name}`);

/** Deletes it. A creation that is in progress begins again. */
export const sweepUnfinished = (paths: MachineNetworkPaths): void => {
  for (const path of unfinishedIn(paths)) rmSync(path, { recursive: true, force: true });
};
