import { nodePath } from '../../kernel/copy/extended-attributes.ts';
import { PATH_MAX } from '../../kernel/copy/name-room.ts';
import { AT_FDCWD } from '../../kernel/copy/open-directory.ts';
import { fileCall, roomFor } from '../../kernel/ffi/files.ts';
import type { Names } from './directories.ts';

/**
 * Where an open directory is, from the root on: not through the links that led to it. Undefined if its path is longer
 * than the kernel can say.
 */
export const realNames = (root: number, directory: number): Names | undefined => {
  const [top, path] = [pathOf(root), pathOf(directory)];
  if (top === undefined || !path?.startsWith(top)) return undefined;
  return path
    .slice(top.length)
    .split('/')
    .filter((name) => name !== '');
};

const pathOf = (fd: number): string | undefined => {
  const length = fileCall('readlinkat', AT_FDCWD, nodePath(fd), room.address, PATH_MAX);
  return length < 0 || length === PATH_MAX ? undefined : room.bytes.toString('latin1', 0, length);
};

const room = roomFor(PATH_MAX);
