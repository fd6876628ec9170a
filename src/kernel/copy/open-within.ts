import { fileCall, roomFor } from '../ffi/files.ts';
import { flagBits } from '../program/constants.ts';
import { errnoNumber } from '../program/errno.ts';

/**
 * Opens a path as if `root`, a descriptor of a directory, were the root of the machine: links and `..` on the way do not
 * lead out of it, and those of /proc are not followed. The descriptor, or -errno.
 * @param path the address of a C string
 * @param limit RESOLVE_NO_XDEV: EXDEV where the way leads into another mount
 */
export const openWithin = (root: number, path: number, flags: number, limit?: 'RESOLVE_NO_XDEV'): number => {
  how.bytes.writeBigUInt64LE(BigInt(flags), 0);
  how.bytes.writeBigUInt64LE(BigInt(limit ? IN_ROOT_AND_MOUNT : IN_ROOT), 16);
  for (let attempt = 1; ; attempt++) {
    const fd = fileCall('openat2', root, path, how.address, HOW_BYTES);
    // openat2(2): EAGAIN while anything of the machine is renamed or mounted.
    if (fd !== -EAGAIN || attempt >= MOST_ATTEMPTS) return fd;
  }
};

const IN_ROOT = flagBits('RESOLVE', 'RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS');
const IN_ROOT_AND_MOUNT = IN_ROOT | flagBits('RESOLVE', 'RESOLVE_NO_XDEV');
const EAGAIN = errnoNumber('EAGAIN');
const MOST_ATTEMPTS = 1000;
const HOW_BYTES = 24;
const how = roomFor(HOW_BYTES);
