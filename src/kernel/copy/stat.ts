import { cString, roomFor } from '../ffi/files.ts';
import { flagBits } from '../program/constants.ts';
import { deviceNumber } from '../program/device-number.ts';
import { must } from './call.ts';

/** The answer of statx(2) about an open file. */
export type Stat = {
  /** S_IFMT of the mode, shifted as in getdents64(2): DT_REG, DT_DIR … */
  readonly type: number;
  /** With set-user-ID, set-group-ID and the sticky bit. */
  readonly permissions: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  /** Bytes. */
  readonly size: number;
  /** Blocks of 512 bytes. */
  readonly blocks: number;
  /** Of a device node, as mknod(2) takes it. */
  readonly device: number;
  /** The same for two names of one file: the numbers of its file system and its inode. */
  readonly identity: () => string;
  readonly mount: number;
  /** Access and modification as two timespecs, in 32-bit words. */
  readonly times: Uint32Array;
};

/** The types of getdents64(2). */
export const DT_CHR = 2;
export const DT_DIR = 4;
export const DT_REG = 8;
export const DT_LNK = 10;

export const statOf = (fd: number): Stat => {
  must('statx', fd, EMPTY.address, AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, room.address);
  const mode = words[7]! & 0xffff;
  const [inodeLow, inodeHigh] = [words[8]!, words[9]!];
  const [major, minor] = [words[34]!, words[35]!];
  return {
    type: mode >> 12,
    permissions: mode & 0o7777,
    uid: words[5]!,
    gid: words[6]!,
    links: words[4]!,
    size: words[10]! + words[11]! * WORD,
    blocks: words[12]! + words[13]! * WORD,
    device: deviceNumber(words[32]!, words[33]!),
    identity: () => [major, minor, inodeHigh, inodeLow].map((word) => word.toString(16)).join('-'),
    mount: words[36]! + words[37]! * WORD,
    times: Uint32Array.of(words[16]!, words[17]!, words[18]!, 0, words[28]!, words[29]!, words[30]!, 0),
  };
};

const AT_EMPTY_PATH = flagBits('AT', 'AT_EMPTY_PATH');
const STATX_BASIC_STATS = 0x7ff;
const STATX_MNT_ID = 0x1000;

const EMPTY = cString('');
const room = roomFor(256);
const words = new Uint32Array(room.bytes.buffer, room.bytes.byteOffset, 64);
const WORD = 2 ** 32;
