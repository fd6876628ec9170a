import type { Architecture } from '../program/syscalls.ts';
import type { Statement, Value } from './language.ts';

/** The system calls of the relay and the guardian: their numbers on x86-64 and arm64. */
const NUMBERS = {
  accept4: [288, 242],
  bind: [49, 200],
  clock_gettime: [228, 113],
  clone: [56, 220],
  close: [3, 57],
  close_range: [436, 436],
  connect: [42, 203],
  dup3: [292, 24],
  epoll_create1: [291, 20],
  epoll_ctl: [233, 21],
  epoll_pwait: [281, 22],
  execve: [59, 221],
  exit_group: [231, 94],
  fcntl: [72, 25],
  getpid: [39, 172],
  kill: [62, 129],
  listen: [50, 201],
  mmap: [9, 222],
  openat: [257, 56],
  pidfd_open: [434, 434],
  pidfd_send_signal: [424, 424],
  pipe2: [293, 59],
  ppoll: [271, 73],
  prctl: [157, 167],
  prlimit64: [302, 261],
  pwrite64: [18, 68],
  read: [0, 63],
  recvfrom: [45, 207],
  recvmsg: [47, 212],
  rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135],
  rt_sigtimedwait: [128, 137],
  sendmsg: [46, 211],
  sendto: [44, 206],
  setsockopt: [54, 208],
  shutdown: [48, 210],
  socket: [41, 198],
  socketpair: [53, 199],
  splice: [275, 76],
  timerfd_create: [283, 85],
  timerfd_settime: [286, 86],
  waitid: [247, 95],
  write: [1, 64],
} as const;

export type CallName = keyof typeof NUMBERS;

/** A system call whose result goes into the variable `to`. */
export type Ask = (to: string, name: CallName, ...args: readonly Value[]) => Statement;

export const callsOf =
  (architecture: Architecture): Ask =>
  (to, name, ...args) => ({
    do: 'ask',
    to,
    number: NUMBERS[name][architecture === 'x64' ? 0 : 1],
    args,
  });
