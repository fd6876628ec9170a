import type { Exit } from '../program/runner.ts';
import { addressOf, syscall } from './libc.ts';

const NUMBERS =
  process.arch === 'arm64'
    ? {
        prctl: 167,
        setsid: 157,
        setresuid: 147,
        pidfd_send_signal: 424,
        pidfd_open: 434,
        ioctl: 29,
        wait4: 260,
        waitid: 95,
        ppoll: 73,
      }
    : {
        prctl: 157,
        setsid: 112,
        setresuid: 117,
        pidfd_send_signal: 424,
        pidfd_open: 434,
        ioctl: 16,
        wait4: 61,
        waitid: 247,
        ppoll: 271,
      };

const PR_SET_DUMPABLE = 4;

/**
 * PR_SET_DUMPABLE of prctl(2): processes without CAP_SYS_PTRACE cannot trace this process, nor read its memory or
 * descriptors in /proc.
 */
export const forbidInspection = (): void => {
  syscall(NUMBERS.prctl, [PR_SET_DUMPABLE, 0]);
};

/** setsid(2): signals of the terminal and its end are no longer for this process, unless it leads a group. */
export const beginSession = (): void => {
  syscall(NUMBERS.setsid, []);
};

/**
 * Does something with another real user on this thread, and nothing where that is not allowed. The kernel counts the
 * descriptors in messages by that user: with more than RLIMIT_NOFILE of them, programs without CAP_SYS_ADMIN of the same
 * user, as root's in containers, cannot send their own any more (ETOOMANYREFS of unix(7)). What is allowed depends on the
 * effective user, which stays.
 */
export const asUncounted = (act: () => void): void => {
  if (syscall(NUMBERS.setresuid, [NOBODY_AT_ALL, -1, -1]) < 0) return;
  try {
    act();
  } finally {
    syscall(NUMBERS.setresuid, [process.geteuid?.() ?? 0, -1, -1]);
  }
};

/** No program runs as this user; it is one of those that a user namespace has, as a rule. */
const NOBODY_AT_ALL = 65533;

/** pidfd_open(2); undefined if there is no such process. */
export const openPidfd = (pid: number): number | undefined => {
  const fd = syscall(NUMBERS.pidfd_open, [pid, 0]);
  return fd < 0 ? undefined : fd;
};

/** pidfd_send_signal(2), which never signals another process with a recycled PID. False if the process has ended. */
export const sendSignal = (pidfd: number, signal: number): boolean =>
  syscall(NUMBERS.pidfd_send_signal, [pidfd, signal, 0, 0]) === 0;

const POLLIN = 1;

/**
 * ppoll(2): waits until the process of a pidfd has ended, at most this long, and says whether it has. Its descriptors are
 * closed then.
 */
export const waitForEnd = (pidfd: number, milliseconds: number): boolean => {
  const [entry, time] = [Buffer.alloc(8), Buffer.alloc(16)];
  entry.writeInt32LE(pidfd, 0);
  entry.writeInt16LE(POLLIN, 4);
  time.writeBigInt64LE(BigInt(milliseconds) * 1_000_000n, 8);
  return syscall(NUMBERS.ppoll, [addressOf(entry), 1, addressOf(time), 0, 0]) > 0;
};

const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x1000000;
const P_PID = 1;

/** Whether a process is a child of this one that has not been reaped: waitid(2) fails with ECHILD otherwise. */
export const isChild = (pid: number): boolean =>
  syscall(NUMBERS.waitid, [P_PID, pid, 0, WEXITED | WNOHANG | WNOWAIT, 0]) === 0;

/** wait4(2) for a child that was not started by libuv; undefined while it runs, or while its tracer keeps it. */
export const reap = (pid: number): Exit | undefined => {
  const status = Buffer.alloc(4);
  const result = syscall(NUMBERS.wait4, [pid, addressOf(status), WNOHANG, 0]);
  return result === pid ? exitOf(status.readInt32LE()) : undefined;
};

/** Decodes the status of wait(2). */
export const exitOf = (status: number): Exit => ({ code: (status >> 8) & 0xff, signal: status & 0x7f });

const PIDFD_GET_INFO = 0xc040ff0b;
const PIDFD_INFO_EXIT = 1n << 3n;

/**
 * The wait(2) status of a process that another process has reaped, from a pidfd that was opened before its end.
 * Undefined until it is reaped, and on kernels before 6.15.
 */
export const exitStatusOf = (pidfd: number): number | undefined => {
  const info = Buffer.alloc(64);
  info.writeBigUInt64LE(PIDFD_INFO_EXIT);
  if (syscall(NUMBERS.ioctl, [pidfd, PIDFD_GET_INFO, addressOf(info)]) < 0) return undefined;
  return (info.readBigUInt64LE() & PIDFD_INFO_EXIT) === 0n ? undefined : info.readInt32LE(60);
};
