import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a directory and its missing parents, with `mode` less the umask. `mkdirSync` with `recursive` says ENOENT on
 * a read-only file system, and never returns in a directory such as /proc.
 * @throws what mkdir(2) refuses, with its errno
 */
export const makeDirectories = (path: string, mode = 0o700): void => {
  const refusal = tried(path, mode);
  if (refusal === undefined || isDirectory(path)) return;
  if (refusal.code !== 'ENOENT' || dirname(path) === path || isDirectory(dirname(path))) throw refusal;
  makeDirectories(dirname(path), mode);
  const again = tried(path, mode);
  if (again !== undefined && !isDirectory(path)) throw again;
};

/** Runs what makes a file at this path; where its directory is missing, makes the directory and runs it once more. */
export const inDirectory = <Result>(path: string, make: () => Result): Result => {
  try {
    return make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makeDirectories(dirname(path));
    return make();
  }
};

const tried = (path: string, mode: number): NodeJS.ErrnoException | undefined => {
  try {
    mkdirSync(path, { mode });
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
};

const isDirectory = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};
