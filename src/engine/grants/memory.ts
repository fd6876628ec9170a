import { openSync, rmdirSync, rmSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import { Problem } from '../../base/diagnostic.ts';
import { execute } from '../../kernel/launch/execute.ts';
import { makeDirectories } from '../../kernel/make-directories.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { call } from '../../kernel/program/program.ts';

/**
 * Mounts a ramfs on a directory of the run directory, unless it is there. Its files are never written to a disk, be the
 * run directory on one or the swap space; they outlive the supervisor and end with the machine.
 */
export const mountMemory = (directory: string): void => {
  makeDirectories(directory);
  if (isMemory(directory)) return;
  const result = execute(
    call('mount', 'ramfs', directory, 'ramfs', 'MS_NOSUID|MS_NODEV|MS_NOEXEC', 'mode=700'),
  );
  if (result < 0)
    throw new Problem({
      severity: 'error',
      code: 'not-permitted',
      message: 'the contents of configs and secrets cannot be kept in memory',
      facts: [['call', `mount("ramfs", "${directory}", "ramfs", …) = ${errnoName(-result)}`]],
    });
};

/** Unmounts it: its files are gone. */
export const unmountMemory = (directory: string): void => {
  if (isMemory(directory)) execute(call('umount2', directory, 'MNT_DETACH'));
  try {
    rmdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

export const isMemory = (directory: string): boolean => {
  try {
    return statfsSync(directory).type === RAMFS_MAGIC;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
};

/** A descriptor of a file without a name, with its offset at the beginning. */
export const unnamedFile = (directory: string, content: Uint8Array): number => {
  const path = `${directory}/.new`;
  // A supervisor that was killed in between has left it.
  rmSync(path, { force: true });
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  for (let written = 0; written < content.length; )
    written += writeSync(file, content, written, content.length - written, written);
  return file;
};

const RAMFS_MAGIC = 0x858458f6;
