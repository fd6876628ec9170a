import { chmodSync, statSync } from 'node:fs';
import { makeDirectories } from '../../kernel/make-directories.ts';

/**
 * Creates a directory that only root can enter: programs with the set-user-ID bit below it are out of reach of the
 * host's users. An existing directory with other permissions gets these.
 */
export const makePrivate = (directory: string): void => {
  makeDirectories(directory);
  if ((statSync(directory).mode & 0o077) !== 0) chmodSync(directory, 0o700);
};
