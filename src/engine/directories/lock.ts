import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { tryLock } from '../../kernel/ffi/streams.ts';
import { makeDirectories } from '../../kernel/make-directories.ts';
import type { ProjectPaths } from './project-paths.ts';

/**
 * Makes the caller the only supervisor of a project while the descriptor is open; undefined if another one holds the
 * lock.
 */
export const lockProject = (paths: ProjectPaths): number | undefined => {
  for (;;) {
    makeDirectories(paths.run);
    const lock = openSync(paths.lock, 'w', 0o600);
    if (!tryLock(lock)) {
      closeSync(lock);
      return undefined;
    }
    // A supervisor removes the file when it ends, so a lock counts only while the path still leads to it.
    if (statSync(paths.lock, { throwIfNoEntry: false })?.ino === fstatSync(lock).ino) return lock;
    closeSync(lock);
  }
};
