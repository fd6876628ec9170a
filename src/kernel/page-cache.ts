import { fileCall, roomFor } from './ffi/files.ts';

/**
 * Takes the pages of an open file out of the page cache. Those that are not on the disk yet stay: the file is synced
 * before.
 */
export const dropPages = (fd: number): void => {
  fileCall('fadvise64', fd, 0, 0, POSIX_FADV_DONTNEED);
};

/**
 * The disk begins to write the pages of an open file, and nobody waits for it: sync_file_range(2). Where it cannot, the
 * fsync(2) or syncfs(2) that follows says so.
 */
export const beginWriteback = (fd: number): void => {
  fileCall('sync_file_range', fd, 0, 0, SYNC_FILE_RANGE_WRITE);
};

/** Whether an open file can be read past the page cache at every block of 512 bytes. */
export const takesDirectReads = (fd: number): boolean => {
  const facts = roomFor(256);
  const path = roomFor(1);
  if (fileCall('statx', fd, path.address, AT_EMPTY_PATH, STATX_DIOALIGN, facts.address) < 0) return false;
  const memory = facts.bytes.readUInt32LE(0x98);
  const offset = facts.bytes.readUInt32LE(0x9c);
  return (facts.bytes.readUInt32LE(0) & STATX_DIOALIGN) !== 0 && fits(memory) && fits(offset);
};

/** 0 if the file system has no direct reads. */
const fits = (alignment: number): boolean => alignment > 0 && alignment <= 512;

const POSIX_FADV_DONTNEED = 4;
const SYNC_FILE_RANGE_WRITE = 2;
const AT_EMPTY_PATH = 0x1000;
const STATX_DIOALIGN = 0x2000;
