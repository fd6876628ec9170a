import { must, mustOr } from '../../kernel/copy/call.ts';
import { nodePath } from '../../kernel/copy/extended-attributes.ts';
import { nameRoom } from '../../kernel/copy/name-room.ts';
import { AT_FDCWD } from '../../kernel/copy/open-directory.ts';
import { roomFor, roomOf } from '../../kernel/ffi/files.ts';
import { flagBits } from '../../kernel/program/constants.ts';
import { errnoNumber } from '../../kernel/program/errno.ts';
import type { TarEntry } from '../tar/entry.ts';
import { isKept } from '../tree/xattrs.ts';

/** Of an entry, or of an entry that the archive does not have. */
export type Attributes = Pick<TarEntry, 'mode' | 'uid' | 'gid' | 'mtime' | 'mtimeNanoseconds' | 'xattrs'>;

/**
 * Gives them to an open file or directory. chown(2) clears set-user-ID and security.capability, and each of the calls
 * changes the times: hence the order.
 */
export const setAttributes = (fd: number, attributes: Attributes): void => {
  must('fchown', fd, attributes.uid, attributes.gid);
  must('fchmod', fd, attributes.mode);
  for (const [name, value] of attributes.xattrs)
    if (isKept(name)) mustOr(NOT_HERE, 'fsetxattr', fd, attribute(name), addressOf(value), value.length, 0);
  must('utimensat', fd, 0, timesOf(attributes), 0);
};

/** The same for a device, a FIFO or a symbolic link, by a descriptor of O_PATH. A link has no mode of its own. */
export const setNodeAttributes = (fd: number, attributes: Attributes, isLink: boolean): void => {
  must('fchownat', fd, NOTHING.address, attributes.uid, attributes.gid, AT_EMPTY_PATH);
  if (!isLink) must('fchmodat', AT_FDCWD, nodePath(fd), attributes.mode);
  for (const [name, value] of attributes.xattrs)
    if (isKept(name))
      mustOr(NOT_HERE, 'setxattr', nodePath(fd), attribute(name), addressOf(value), value.length, 0);
  must('utimensat', AT_FDCWD, nodePath(fd), timesOf(attributes), 0);
};

/** The address of two timespecs: the archive has one time. */
const timesOf = ({ mtime, mtimeNanoseconds }: Attributes): number => {
  for (const at of [0, 16]) {
    times.bytes.writeBigInt64LE(BigInt(mtime), at);
    times.bytes.writeBigInt64LE(BigInt(mtimeNanoseconds), at + 8);
  }
  return times.address;
};

const addressOf = (value: Buffer): number => (value.length === 0 ? NOTHING.address : roomOf(value).address);

const times = roomFor(128);
const attribute = nameRoom('setxattr');
const NOTHING = roomFor(128);

/** A file system that has no such attributes, or a kind of file that may have none of users. */
const NOT_HERE = [errnoNumber('EOPNOTSUPP'), errnoNumber('EPERM')];
const AT_EMPTY_PATH = flagBits('AT', 'AT_EMPTY_PATH');
