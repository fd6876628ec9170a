import { addressOf, syscall } from './libc.ts';

const NUMBERS =
  process.arch === 'arm64' ? { splice: 76, ioctl: 29, flock: 32 } : { splice: 275, ioctl: 16, flock: 73 };

const SPLICE_F_NONBLOCK = 2;
const offset = Buffer.alloc(8);
const offsetAddress = addressOf(offset);

/**
 * splice(2) from a pipe into a file at a position: the number of bytes, or -errno.
 * It reads and writes in one call, so a kill cannot fall between the two and lose or duplicate output.
 */
export const splice = (pipe: number, file: number, position: number, length: number): number => {
  offset.writeBigInt64LE(BigInt(position));
  return syscall(NUMBERS.splice, [pipe, 0, file, offsetAddress, length, SPLICE_F_NONBLOCK]);
};

const FIONREAD = 0x541b;

/** FIONREAD, pipe(7): the number of unread bytes in a pipe. */
export const pendingBytes = (pipe: number): number => {
  const count = Buffer.alloc(4);
  syscall(NUMBERS.ioctl, [pipe, FIONREAD, addressOf(count)]);
  return count.readInt32LE();
};

const TIOCSWINSZ = 0x5414;

/** TIOCSWINSZ, ioctl_tty(2): sets the size of a terminal. Its foreground process group gets SIGWINCH. */
export const setWindowSize = (terminal: number, columns: number, rows: number): void => {
  const size = Buffer.alloc(8);
  size.writeUInt16LE(rows, 0);
  size.writeUInt16LE(columns, 2);
  syscall(NUMBERS.ioctl, [terminal, TIOCSWINSZ, addressOf(size)]);
};

const LOCK_SH_NB = 1 | 4;
const LOCK_EX_NB = 2 | 4;

/** flock(2), exclusive, without waiting: false if another process holds the lock. */
export const tryLock = (fd: number): boolean => syscall(NUMBERS.flock, [fd, LOCK_EX_NB]) === 0;

/** flock(2), shared, without waiting: false if another process holds the exclusive lock. */
export const tryLockShared = (fd: number): boolean => syscall(NUMBERS.flock, [fd, LOCK_SH_NB]) === 0;
