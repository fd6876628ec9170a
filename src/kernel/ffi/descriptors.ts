import { addressOf, syscall } from './libc.ts';

/** Descriptors that Node cannot create. All are close-on-exec, so a child gets only those passed to its spawn. */

const O_CLOEXEC = 0o2000000;
const MFD_CLOEXEC = 1;
const NUMBERS =
  process.arch === 'arm64'
    ? { close: 57, dup3: 24, eventfd2: 19, fcntl: 25, memfd_create: 279, pipe2: 59, prlimit64: 261 }
    : { close: 3, dup3: 292, eventfd2: 290, fcntl: 72, memfd_create: 319, pipe2: 293, prlimit64: 302 };

/** pipe2(2): the read end and the write end of a pipe. */
export const pipe = (): readonly [reader: number, writer: number] => {
  const pair = Buffer.allocUnsafeSlow(8);
  must('pipe2', syscall(NUMBERS.pipe2, [addressOf(pair), O_CLOEXEC]));
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
};

const F_DUPFD_CLOEXEC = 1030;

/** A second descriptor of the same open file description: the lowest free number not below `above`. */
export const duplicate = (fd: number, above = 0): number =>
  must('fcntl', syscall(NUMBERS.fcntl, [fd, F_DUPFD_CLOEXEC, above]));

const F_SETFD = 2;
const FD_CLOEXEC = 1;

/** Makes a descriptor that was inherited close-on-exec, as all others are. */
export const closeOnExec = (fd: number): void => {
  must('fcntl', syscall(NUMBERS.fcntl, [fd, F_SETFD, FD_CLOEXEC]));
};

const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/** Reads and writes that would wait fail with EAGAIN. */
export const doNotBlock = (fd: number): void => {
  must('fcntl', syscall(NUMBERS.fcntl, [fd, F_SETFL, O_NONBLOCK]));
};

/** dup3(2): makes `number` refer to the open file of `fd`, without close-on-exec. */
export const replaceDescriptor = (number: number, fd: number): number =>
  must('dup3', syscall(NUMBERS.dup3, [fd, number, 0]));

const RLIMIT_NOFILE = 7;

/** The descriptor limit of this process, and an upper bound of its open descriptors: the lowest free number. */
export const descriptorsOf = (fd: number): { readonly used: number; readonly limit: number } => {
  const limits = Buffer.allocUnsafeSlow(16);
  must('prlimit64', syscall(NUMBERS.prlimit64, [0, RLIMIT_NOFILE, 0, addressOf(limits)]));
  const limit = Number(limits.readBigUInt64LE(0));
  const free = syscall(NUMBERS.fcntl, [fd, F_DUPFD_CLOEXEC, 0]);
  if (free < 0) return { used: limit, limit };
  syscall(NUMBERS.close, [free]);
  return { used: free, limit };
};

/** eventfd(2) with a count of 0: a read blocks until the first write. */
export const eventfd = (): number => must('eventfd2', syscall(NUMBERS.eventfd2, [0, O_CLOEXEC]));

/** memfd_create(2): memory that processes share through its descriptor. */
export const memfd = (name: string): number => {
  const bytes = Buffer.from(`${name}\0`);
  return must('memfd_create', syscall(NUMBERS.memfd_create, [addressOf(bytes), MFD_CLOEXEC]));
};

const MFD_ALLOW_SEALING = 2;
const MFD_NOEXEC_SEAL = 8;
const MFD_EXEC = 16;
const EACCES = 13;
const F_ADD_SEALS = 1033;
const EVERY_SEAL = 1 | 2 | 4 | 8;

/** An executable memfd, sealed after `fill` has written it: not even root can change it. */
export const executableMemfd = (name: string, fill: (fd: number) => void): number => {
  const bytes = Buffer.from(`${name}\0`);
  const make = (flags: number): number => syscall(NUMBERS.memfd_create, [addressOf(bytes), flags]);
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  // Kernels before 6.3 do not have MFD_EXEC, and all their memfds are executable. With vm.memfd_noexec=2, the memfd is
  // created without execute permission and its execveat(2) fails.
  const tried = make(flags | MFD_EXEC);
  const other = tried === -EACCES ? flags | MFD_NOEXEC_SEAL : flags;
  const fd = must('memfd_create', tried < 0 ? make(other) : tried);
  fill(fd);
  must('fcntl', syscall(NUMBERS.fcntl, [fd, F_ADD_SEALS, EVERY_SEAL]));
  return fd;
};

const must = (what: string, result: number): number => {
  if (result < 0) throw new Error(`${what} failed with errno ${-result}`);
  return result;
};
