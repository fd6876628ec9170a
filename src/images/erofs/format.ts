import type { Inodes } from '../tree/inodes.ts';
import type { Xattrs } from '../tree/xattrs.ts';

/** The structures of EROFS on disk: fs/erofs/erofs_fs.h of Linux 6.12. All numbers are little-endian. */

export const BLOCK = 512;
/** An inode begins at a multiple of this; the multiple is its number. */
export const SLOT = 32;
const SUPERBLOCK_AT = 1024;
export const DEVICES_AT = SUPERBLOCK_AT + 128;
export const DEVICE_BYTES = 128;
export const INODE_BYTES = 64;
export const DIRENT_BYTES = 12;
export const CHUNK_BYTES = 8;

export const alignTo = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/** The layouts of content: at a block, after the inode, or by the numbers of chunks after the inode. */
export const PLAIN = 0;
export const INLINE = 2;
export const CHUNKS = 4;

export type Superblock = {
  readonly rootSlot: number;
  readonly inodes: number;
  readonly blocks: number;
  /** The block where the inodes begin. */
  readonly inodesAt: number;
  /** The blocks of each device. */
  readonly devices: readonly number[];
};

export const putSuperblock = (
  out: Buffer,
  { rootSlot, inodes, blocks, inodesAt, devices }: Superblock,
): void => {
  const at = SUPERBLOCK_AT;
  out.writeUInt32LE(0xe0f5e1e2, at);
  // EROFS_FEATURE_COMPAT_MTIME: times are those of changes.
  out.writeUInt32LE(2, at + 8);
  out[at + 12] = Math.log2(BLOCK);
  out.writeUInt16LE(rootSlot, at + 14);
  out.writeBigUInt64LE(BigInt(inodes), at + 16);
  out.writeUInt32LE(blocks, at + 36);
  out.writeUInt32LE(inodesAt, at + 40);
  // EROFS_FEATURE_INCOMPAT_CHUNKED_FILE and _DEVICE_TABLE.
  out.writeUInt32LE(devices.length > 0 ? 4 | 8 : 4, at + 80);
  out.writeUInt16LE(devices.length, at + 86);
  out.writeUInt16LE(DEVICES_AT / DEVICE_BYTES, at + 88);
  devices.forEach((size, index) => {
    const slot = DEVICES_AT + index * DEVICE_BYTES;
    out.write(`layer${index}`, slot, 'latin1');
    out.writeUInt32LE(size, slot + 64);
  });
};

export type InodePlace = {
  readonly layout: number;
  readonly xattrBytes: number;
  readonly size: number;
  /** The first block, the number of a device, or the form of chunks. */
  readonly value: number;
  /** For stat(2); 32 bits. */
  readonly number: number;
  readonly links: number;
};

/** An inode of the extended form, with 32 bits for owners and the time in nanoseconds. */
export const putInode = (out: Buffer, at: number, inodes: Inodes, inode: number, place: InodePlace): void => {
  const { layout, xattrBytes, size, value, number, links } = place;
  out.writeUInt16LE(1 | (layout << 1), at);
  out.writeUInt16LE(xattrBytes === 0 ? 0 : 1 + (xattrBytes - XATTR_HEADER) / 4, at + 2);
  out.writeUInt16LE(inodes.mode(inode), at + 4);
  out.writeBigUInt64LE(BigInt(size), at + 8);
  out.writeUInt32LE(value, at + 16);
  out.writeUInt32LE(number, at + 20);
  out.writeUInt32LE(inodes.uid(inode), at + 24);
  out.writeUInt32LE(inodes.gid(inode), at + 28);
  out.writeBigInt64LE(BigInt(inodes.mtime(inode)), at + 32);
  out.writeUInt32LE(inodes.nanoseconds(inode), at + 40);
  out.writeUInt32LE(links, at + 44);
};

/** The form of a file with one chunk: the smallest power of two of blocks that holds the file. */
export const chunkForm = (size: number): number =>
  CHUNK_INDEXES | Math.max(0, Math.ceil(Math.log2(size / BLOCK)));

const CHUNK_INDEXES = 0x20;

/** @param device counted from 1; 0 is the image itself */
export const putChunk = (out: Buffer, at: number, device: number, block: number): void => {
  out.writeUInt16LE(device, at + 2);
  out.writeUInt32LE(block, at + 4);
};

/** Extended attributes as they follow an inode. */
export const encodeXattrs = (xattrs: Xattrs): Buffer => {
  if (xattrs.length === 0) return NOTHING;
  const entries = xattrs.map(([name, value]) => {
    const [prefix, index] = PREFIXES.find(([start]) => name.startsWith(start))!;
    const rest = name.slice(prefix.length);
    const entry = Buffer.alloc(alignTo(4 + rest.length + value.length, 4));
    entry[0] = rest.length;
    entry[1] = index;
    entry.writeUInt16LE(value.length, 2);
    entry.write(rest, 4, 'latin1');
    value.copy(entry, 4 + rest.length);
    return entry;
  });
  return Buffer.concat([Buffer.alloc(XATTR_HEADER), ...entries]);
};

const NOTHING = Buffer.alloc(0);
const XATTR_HEADER = 12;

const PREFIXES = [
  ['user.', 1],
  ['system.posix_acl_access', 2],
  ['system.posix_acl_default', 3],
  ['trusted.', 4],
  ['security.', 6],
] as const;

/** The type of a name in a directory, by the type bits of the mode. */
export const direntType = (mode: number): number => DIRENT_TYPES[mode >> 12] ?? 0;

const DIRENT_TYPES: Readonly<Record<number, number>> = {
  7: 1, // a file
  4: 2, // a directory
  2: 3, // a character device
  6: 4, // a block device
  1: 5, // a FIFO
  9: 7, // a symbolic link
};
