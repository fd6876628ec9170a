import { roomFor } from '../ffi/files.ts';
import { flagBits } from '../program/constants.ts';
import { close, must } from './call.ts';
import { copyExtendedAttributes, copyNodeExtendedAttributes, nodePath } from './extended-attributes.ts';
import { AT_FDCWD } from './open-directory.ts';
import { DT_LNK, type Stat } from './stat.ts';

/**
 * Gives an open file or directory the owner, the mode, the extended attributes and the times of another one. chown(2)
 * clears set-user-ID and security.capability, and each of the calls changes the times: hence the order.
 */
export const copyAttributes = (source: number, stat: Stat, copy: number): void => {
  must('fchown', copy, stat.uid, stat.gid);
  must('fchmod', copy, stat.permissions);
  copyExtendedAttributes(source, copy);
  must('utimensat', copy, 0, timesOf(stat), 0);
};

/** The same for a symbolic link or a node of a device, by directory and name; `source` is a descriptor of O_PATH. */
export const copyNodeAttributes = (source: number, stat: Stat, directory: number, name: number): void => {
  must('fchownat', directory, name, stat.uid, stat.gid, AT_SYMLINK_NOFOLLOW);
  const copy = must('openat', directory, name, NODE, 0);
  try {
    // A symbolic link has no mode of its own.
    if (stat.type !== DT_LNK) must('fchmodat', AT_FDCWD, nodePath(copy), stat.permissions);
    copyNodeExtendedAttributes(source, copy);
  } finally {
    close(copy);
  }
  must('utimensat', directory, name, timesOf(stat), AT_SYMLINK_NOFOLLOW);
};

/** The address of two timespecs. */
const timesOf = ({ times }: Stat): number => {
  timeWords.set(times);
  return timeRoom.address;
};

const timeRoom = roomFor(32);
const timeWords = new Uint32Array(timeRoom.bytes.buffer, timeRoom.bytes.byteOffset, 8);

const AT_SYMLINK_NOFOLLOW = flagBits('AT', 'AT_SYMLINK_NOFOLLOW');
const NODE = flagBits('O', 'O_PATH|O_NOFOLLOW|O_CLOEXEC');
