import { rename } from 'node:fs/promises';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { stateDirectory } from '../directories/project-paths.ts';
import { flush, writeFlushed } from '../directories/publish-directory.ts';
import { storageError } from '../directories/storage.ts';
import { createVolume, type NewVolume } from './create.ts';
import { checkName, inUse, noVolume } from './refusals.ts';
import { lockUnused, removeVolume, sweep, volumeNames } from './remove.ts';
import { readVolume, type StoredVolume, volumeText } from './stored-volume.ts';
import { lockVolume, type VolumeLock } from './volume-lock.ts';
import { volumePaths } from './volume-paths.ts';

/** The volumes of this machine. */
export type VolumeStore = {
  readonly find: (name: string) => StoredVolume | undefined;
  /** By name. */
  readonly list: () => readonly StoredVolume[];
  /** Creates a volume, or returns the existing one of the name; two calls at once are fine. */
  readonly create: (volume: NewVolume) => Promise<StoredVolume>;
  /** `<state>/.volumes/<name>`: only root can enter it. */
  readonly directory: (name: string) => string;
  /** `<state>/.volumes/<name>/data`: what is mounted. */
  readonly data: (name: string) => string;
  /**
   * Keeps the volume from removal until it is released, or until this process ends. Throws a Problem if there is no
   * such volume, or if it is being removed.
   */
  readonly hold: (name: string) => VolumeLock;
  /** Records that the first copy is done. */
  readonly markFilled: (name: string) => Promise<void>;
  /** Throws the Problem of `remove`, and removes nothing. */
  readonly checkUnused: (name: string) => void;
  /** Resolves when the content is deleted. Throws a Problem if anything uses the volume. */
  readonly remove: (name: string) => Promise<void>;
  /** Removes unfinished creations and deletions of killed processes; resolves with what could not be deleted. */
  readonly sweep: () => Promise<readonly Diagnostic[]>;
};

export const volumeStore = (state: string = stateDirectory()): VolumeStore => {
  const paths = volumePaths(state);
  const find = (name: string): StoredVolume | undefined => {
    checkName(name);
    return readVolume(paths.directory(name), name);
  };
  return {
    find,
    list: () =>
      volumeNames(paths)
        .toSorted()
        .flatMap((name) => readVolume(paths.directory(name), name) ?? []),
    create: (volume) => createVolume(paths, volume),
    directory: paths.directory,
    data: paths.data,
    hold: (name) => {
      checkName(name);
      const lock = lockVolume(paths.lock(name), 'shared');
      if (lock === 'gone') throw new Problem(noVolume(name, volumeNames(paths)));
      if (lock === 'held') throw new Problem(inUse(name, []));
      return lock;
    },
    markFilled: async (name) => {
      const volume = find(name);
      if (!volume) throw new Problem(noVolume(name, volumeNames(paths)));
      const path = paths.definition(name);
      try {
        const temporary = `${path}.${process.pid}`;
        await writeFlushed(temporary, volumeText({ ...volume, isFilled: true }));
        await rename(temporary, path);
        await flush(paths.directory(name));
      } catch (error) {
        throw storageError(path, error);
      }
    },
    checkUnused: (name) => lockUnused(paths, state, name).release(),
    remove: (name) => removeVolume(paths, state, name),
    sweep: () => sweep(paths),
  };
};
