import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { makeDirectories } from '../../kernel/make-directories.ts';
import { entriesIfThere } from '../directories/read-if-there.ts';
import { mountsBelow } from '../trash/mounts-below.ts';
import { removeIfEmpty } from '../trash/remove-if-empty.ts';
import { removeTree } from '../trash/remove-tree.ts';
import { entriesOf, notEmptied } from '../trash/trash.ts';
import { unmountAll } from './mount-process.ts';
import { checkName, inUse, isMounted, maybeInUse, noVolume } from './refusals.ts';
import { readVolume } from './stored-volume.ts';
import { lockVolume, type VolumeLock } from './volume-lock.ts';
import { STAGING, type VolumePaths } from './volume-paths.ts';
import { usersOf, type VolumeUsers } from './volume-users.ts';

/**
 * Removes a volume that nothing uses; its name is free at once, and a process that is killed in between leaves only
 * trash. Resolves when its content is deleted. Throws a Problem if a container or a supervisor uses the volume, if it
 * does not exist, if something is mounted in it, or if a part of its content cannot be deleted.
 */
export const removeVolume = async (
  paths: VolumePaths,
  stateDirectory: string,
  name: string,
): Promise<void> => {
  const lock = lockUnused(paths, stateDirectory, name);
  try {
    moveIntoTrash(paths, paths.directory(name));
  } finally {
    lock.release();
  }
  const left = await emptyTrash(paths);
  if (left.length > 0) throw new Problem(left);
};

/** Locks a volume that nothing uses or has mounted; throws a Problem for any other. */
export const lockUnused = (paths: VolumePaths, stateDirectory: string, name: string): VolumeLock => {
  checkName(name);
  // Before the lock, so that a start at this moment does not fail for a volume that stays.
  refuseIfUsed(name, usersOf(name, stateDirectory));
  const lock = lockVolume(paths.lock(name), 'exclusive');
  if (lock === 'gone') throw new Problem(noVolume(name, volumeNames(paths)));
  if (lock === 'held') throw new Problem(inUse(name, []));
  try {
    refuseIfUsed(name, usersOf(name, stateDirectory));
    // A killed supervisor has not unmounted what the options of the volume name.
    if (isOfOptions(paths, name)) unmountAll(paths.data(name));
    refuseIfMounted(paths, name);
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
};

/** Names of the volumes, in no order. */
export const volumeNames = (paths: VolumePaths): readonly string[] =>
  entriesIfThere(paths.store).filter((name) => !name.startsWith('.'));

/**
 * Removes what killed processes have left: unfinished creations and deletions. A creation in progress begins again when
 * its directory is gone. Returns what could not be deleted.
 */
export const sweep = (paths: VolumePaths): Promise<readonly Diagnostic[]> => {
  for (const name of entriesIfThere(paths.store).filter((one) => one.startsWith(STAGING)))
    moveIntoTrash(paths, paths.directory(name));
  return emptyTrash(paths);
};

const isOfOptions = (paths: VolumePaths, name: string): boolean =>
  Object.keys(readVolume(paths.directory(name), name)?.options ?? {}).length > 0;

const refuseIfMounted = (paths: VolumePaths, name: string): void => {
  const mounts = mountsBelow(paths.directory(name));
  if (mounts.length > 0) throw new Problem(isMounted(name, mounts));
};

const refuseIfUsed = (name: string, { uses, unknown }: Pick<VolumeUsers, 'uses' | 'unknown'>): void => {
  const users = uses.get(name) ?? [];
  if (users.length > 0) throw new Problem(inUse(name, users));
  if (unknown.length > 0) throw new Problem(maybeInUse(name, unknown[0]!));
};

const moveIntoTrash = (paths: VolumePaths, directory: string): void => {
  // Another process may move the directory, or remove the empty trash between the two calls.
  while (existsSync(directory)) {
    makeDirectories(paths.trash);
    try {
      renameSync(directory, freshPath(paths));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
};

const freshPath = ({ trash }: VolumePaths): string => `${trash}/${randomBytes(8).toString('hex')}`;

/** Returns what could not be deleted. */
const emptyTrash = async (paths: VolumePaths): Promise<readonly Diagnostic[]> => {
  const obstacles = [];
  for (const path of entriesOf(paths.trash))
    obstacles.push(...(await removeTree(path, () => freshPath(paths))));
  for (const directory of [paths.trash, paths.store]) removeIfEmpty(directory);
  return obstacles.length > 0 ? [notEmptied(obstacles, 'volume')] : [];
};
