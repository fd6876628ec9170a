import { fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { clearFlags } from './etc-file-descriptor.ts';

/**
 * Replaces the content of a file that the container may have changed in any way. `withNeighbors` calls back with the
 * descriptors of the other files on its file system, which are cut if the container has filled that. Returns the number
 * of bytes; throws an error of Node.
 */
export const rewriteFile = (
  fd: number,
  text: string,
  withNeighbors: (each: (fd: number) => void) => void,
): number => {
  const bytes = Buffer.from(text);
  try {
    overwrite(fd, bytes);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EPERM', 'ENOSPC'].includes(code)) throw error;
    clearFlags(fd);
    if (code === 'ENOSPC') {
      cut(fd);
      withNeighbors(cut);
    }
    overwrite(fd, bytes);
  }
  return bytes.length;
};

// The file is bind mounted by its inode, so it cannot be replaced; and it is never empty, because a name lookup may
// happen at any moment.
const overwrite = (fd: number, bytes: Buffer): void => {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at);
  ftruncateSync(fd, bytes.length);
};

// Only the first page keeps its content: a file that fills the file system holds no configuration.
const cut = (fd: number): void => {
  if (fstatSync(fd).size > PAGE) ftruncateSync(fd, PAGE);
};

const PAGE = 4096;
