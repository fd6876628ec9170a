import { existsSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectories } from '../../kernel/make-directories.ts';
import { namesIfThere } from '../directories/read-if-there.ts';

/**
 * A change of the machine that several projects use, and the last one takes back: a directory with a file for each of
 * them. It survives a supervisor that is killed, and not a reboot, as the change itself.
 */
export type SharedChange = {
  readonly isRecorded: () => boolean;
  /** Before the change is made. */
  readonly record: () => void;
  /** Ends the use by this project; true if it was the last one. */
  readonly release: () => boolean;
  /** The change is no longer ours. */
  readonly forget: () => void;
};

export const sharedChange = (directory: string, name: string, project: string): SharedChange => {
  const path = join(directory, name);
  return {
    isRecorded: () => existsSync(path),
    record: () => {
      makeDirectories(path);
      writeFileSync(join(path, project), '');
    },
    release: () => {
      if (!existsSync(join(path, project))) return false;
      rmSync(join(path, project), { force: true });
      return isRemoved(path);
    },
    forget: () => rmSync(path, { recursive: true, force: true }),
  };
};

/** The rest after the prefix in the names of all recorded changes. */
export const recordedChanges = (directory: string, prefix: string): readonly string[] =>
  namesIfThere(directory)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));

/** False if it has entries. */
const isRemoved = (path: string): boolean => {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
};
