import { closeSync, fchmodSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { executableMemfd } from '../ffi/descriptors.ts';
import { posixSpawn, type Words } from '../ffi/spawn.ts';
import { SpawnError } from '../program/runner.ts';

export type NativeProgram = {
  readonly name: string;
  /** An executable file, as `elf` makes it. */
  readonly file: Buffer;
  /** Where the program can be for a moment, on a file system that allows execution. */
  readonly path: string;
};

/** Starts a program of ours with these descriptors as 0, 1, 2 …; returns its PID. Throws a SpawnError. */
export const spawnProgram = (
  { name, file, path }: NativeProgram,
  descriptors: readonly number[],
  words: Words,
): number => {
  const program = executableMemfd(name, (fd) => {
    writeSync(fd, file);
    // Unreadable as the stage, and so not dumpable.
    fchmodSync(fd, 0o111);
  });
  try {
    return posixSpawn(`/proc/self/fd/${program}`, descriptors, words);
  } catch (error) {
    // vm.memfd_noexec=2: no memfd can be executed.
    if (!(error instanceof SpawnError)) throw error;
    writeFileSync(path, readFileSync(`/proc/self/fd/${program}`), { mode: 0o500 });
    try {
      return posixSpawn(path, descriptors, words);
    } finally {
      rmSync(path);
    }
  } finally {
    closeSync(program);
  }
};
