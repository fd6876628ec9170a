import { cString, fileCall, type Room, roomFor } from '../ffi/files.ts';
import { FLAGS, flagBits } from '../program/constants.ts';
import { errnoNumber } from '../program/errno.ts';
import { CallError, close, must, withDescriptors } from './call.ts';
import { AT_FDCWD } from './open-directory.ts';
import { openWithin } from './open-within.ts';

/**
 * The directory at `target` in the root of a container, open for reading; undefined if the root has no directory there.
 * Links on the way are resolved within the root. The descriptor is in a mount of its own: it is read-only, has no other
 * mounts in it, leads to no device, and follows no symbolic links.
 */
export const openInRoot = (root: string, target: string): number | undefined =>
  withDescriptors((keep) => {
    const path = cString(target);
    const place = keep(must('openat', AT_FDCWD, cString(root).address, PLACE, 0));
    if (isAbsent(place, path)) return undefined;
    const tree = keep(must('open_tree', place, EMPTY.address, CLONE_MOUNT));
    must('mount_setattr', tree, EMPTY.address, AT_EMPTY_PATH, attributes(READ_ONLY), ATTRIBUTE_BYTES);
    const found = resolve(tree, path);
    // Added in 5.14; until then, O_NOFOLLOW alone keeps links from being followed.
    fileCall('mount_setattr', tree, EMPTY.address, AT_EMPTY_PATH, attributes(NOSYMFOLLOW), ATTRIBUTE_BYTES);
    return found;
  });

/** Whether a root has no directory at the path, where that is known without a clone of its mount. */
export const hasNothingAt = (root: string, target: string): boolean =>
  withDescriptors((keep) =>
    isAbsent(keep(must('openat', AT_FDCWD, cString(root).address, PLACE, 0)), cString(target)),
  );

/**
 * Whether the mount of the root has no directory there, as far as that is known without a clone of it: the kernel waits
 * for all processors when a clone is closed. EXDEV: another mount hides that part of the root.
 */
const isAbsent = (place: number, path: Room): boolean => {
  const fd = openWithin(place, path.address, PLACE, 'RESOLVE_NO_XDEV');
  if (fd >= 0) close(fd);
  return NO_DIRECTORY.includes(-fd);
};

const resolve = (tree: number, path: Room): number | undefined => {
  const fd = openWithin(tree, path.address, DIRECTORY);
  if (fd < 0 && !NO_DIRECTORY.includes(-fd)) throw new CallError('openat2', -fd);
  return fd < 0 ? undefined : fd;
};

/** The address of a struct mount_attr. */
const attributes = ({ set = 0, clear = 0, propagation = 0 }): number => {
  for (const [index, word] of [set, clear, propagation, 0].entries())
    attributeRoom.bytes.writeBigUInt64LE(BigInt(word), index * 8);
  return attributeRoom.address;
};

/** mount_namespaces(7): a clone of a shared mount would receive the mounts that are made in the original. */
const READ_ONLY = {
  set: flagBits('MOUNT_ATTR', 'MOUNT_ATTR_RDONLY|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC|MOUNT_ATTR_NOATIME'),
  clear: flagBits('MOUNT_ATTR', 'MOUNT_ATTR__ATIME'),
  propagation: FLAGS.MS!.MS_PRIVATE!,
};

const NOSYMFOLLOW = { set: flagBits('MOUNT_ATTR', 'MOUNT_ATTR_NOSYMFOLLOW') };

// Without AT_RECURSIVE, the mounts within the root are left out.
const CLONE_MOUNT =
  flagBits('OPEN_TREE', 'OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC') + flagBits('AT', 'AT_EMPTY_PATH');
const PLACE = flagBits('O', 'O_PATH|O_DIRECTORY|O_CLOEXEC');
const DIRECTORY = flagBits('O', 'O_RDONLY|O_DIRECTORY|O_CLOEXEC');

const ENOENT = errnoNumber('ENOENT');
const ENOTDIR = errnoNumber('ENOTDIR');
const ELOOP = errnoNumber('ELOOP');
const NO_DIRECTORY = [ENOENT, ENOTDIR, ELOOP];

const AT_EMPTY_PATH = flagBits('AT', 'AT_EMPTY_PATH');
const EMPTY = cString('');
const ATTRIBUTE_BYTES = 32;
const attributeRoom = roomFor(ATTRIBUTE_BYTES);
