import { rmdirSync } from 'node:fs';

/** Removes a directory, unless it has entries or is a mount point or a symbolic link. */
export const removeIfEmpty = (directory: string): void => {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!KEPT.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
};

const KEPT = ['ENOENT', 'ENOTEMPTY', 'EBUSY', 'ENOTDIR'];
