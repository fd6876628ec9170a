import { close, must } from '../../kernel/copy/call.ts';
import { DirectoryReader } from '../../kernel/copy/directory-reader.ts';
import { nameRoom } from '../../kernel/copy/name-room.ts';
import { DT_CHR, DT_DIR, statOf } from '../../kernel/copy/stat.ts';
import { fileCall, roomFor } from '../../kernel/ffi/files.ts';
import { flagBits } from '../../kernel/program/constants.ts';
import type { Names } from './directories.ts';
import { OPAQUE } from './overlay-marks.ts';

/**
 * A descriptor of O_PATH of what the layers below have at a path, as overlayfs would show it; undefined if there is
 * nothing. Links on the way are not followed: a layer with `lib/x` has a directory of its own where a lower one has a
 * link `lib`.
 * @param layers descriptors of their directories, the uppermost first
 */
export const findBelow = (layers: readonly number[], names: Names): number | undefined => {
  for (const layer of layers) {
    const found = findIn(layer, names);
    if (typeof found === 'number') return found;
    if (found === 'hidden') return undefined;
  }
  return undefined;
};

/** Whether the layers below have anything at a path. */
export const isBelow = (layers: readonly number[], names: Names): boolean => {
  const fd = findBelow(layers, names);
  if (fd !== undefined) close(fd);
  return fd !== undefined;
};

/** The names of everything in the roots of the layers. */
export const namesBelow = (layers: readonly number[]): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const layer of layers) {
    const directory = must('openat', layer, name('.'), DIRECTORY, 0);
    const reader = new DirectoryReader();
    while (reader.advance(directory)) found.add(reader.keepName().bytes.toString('latin1').slice(0, -1));
    close(directory);
  }
  return found;
};

/** `absent`: a layer further down may have it. `hidden`: it is not to be seen, wherever it is. */
const findIn = (layer: number, names: Names): number | 'absent' | 'hidden' => {
  let fd = openNode(layer, '.');
  let isOpaque = false;
  for (const [depth, name] of names.entries()) {
    const above = fd;
    fd = openNode(above, name);
    close(above);
    if (fd < 0) return isOpaque ? 'hidden' : 'absent';
    const { type, device } = statOf(fd);
    const isLast = depth === names.length - 1;
    if ((type === DT_CHR && device === 0) || (type !== DT_DIR && !isLast)) {
      close(fd);
      return 'hidden';
    }
    if (type === DT_DIR) isOpaque ||= isMarked(fd);
  }
  return fd;
};

const isMarked = (fd: number): boolean => {
  const real = fileCall('openat', fd, name('.'), DIRECTORY, 0);
  if (real < 0) return false;
  const size = fileCall('fgetxattr', real, OPAQUE.address, value.address, value.bytes.length);
  close(real);
  return size === 1 && value.bytes[0] === 'y'.charCodeAt(0);
};

const openNode = (above: number, entry: string): number => fileCall('openat', above, name(entry), NODE, 0);

const NODE = flagBits('O', 'O_PATH|O_NOFOLLOW|O_CLOEXEC');
const DIRECTORY = flagBits('O', 'O_RDONLY|O_DIRECTORY|O_CLOEXEC');
const name = nameRoom('openat');
const value = roomFor(128);
