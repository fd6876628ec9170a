/**
 * The system calls of Programs: their numbers and the kinds of their arguments.
 * Calls that do not exist on arm64 (`mkdir`, `open`, `dup2` …) are left out in favour of their `…at` forms.
 */

/** The kind of an argument: its type in a Program, its text, and its encoding as a machine word. */
export type Kind =
  /** A number, or a reference such as `$sync`. */
  | 'int'
  /** The same, printed in hexadecimal. */
  | 'address'
  | 'fd'
  /** A C string, or null. */
  | 'string'
  /** Octal permissions. */
  | 'mode'
  /** `[major, minor]`. */
  | 'device'
  /** Bytes that the call reads: a text, or a reference as a decimal number. */
  | 'data'
  /** The length of the argument before it. */
  | 'length'
  /** Space for n bytes that the call writes. */
  | 'room'
  /** A null-terminated vector of C strings. */
  | 'strings'
  /** Names of flags, joined by `|`; their values are in `constants.ts`. */
  | `flags:${string}`
  /** An address and a port. */
  | 'sockaddr'
  /** Descriptors to hand over to another process. */
  | 'handed_over'
  /** A rtnetlink message of `netlink/`. */
  | 'netlink'
  | 'iovec'
  /** A number, flags of open(2), bytes that the request reads, or the address of an earlier result. */
  | 'ioctl_argument'
  /** A number, the name of a signal or capability, or a text. */
  | 'prctl_argument'
  | 'open_how'
  | 'mount_attr'
  | 'capability_header'
  | 'capability_data'
  | 'rlimit'
  | 'bpf_attr'
  /** A program of classic BPF. */
  | 'sock_fprog'
  | 'sigaction'
  | 'sigset'
  | 'clone_args'
  /** Space for 32 bits that the call writes, for the later step that takes them as `$name`. */
  | 'place'
  /** Seconds, or null for no limit. */
  | 'timeout'
  | 'gids';

type Syscall = { readonly x64: number; readonly arm64: number; readonly params: readonly Kind[] };

const define = <const Params extends readonly Kind[]>(x64: number, arm64: number, ...params: Params) => ({
  x64,
  arm64,
  params,
});

export const SYSCALLS = {
  bind: define(49, 200, 'fd', 'sockaddr', 'length'),
  bpf: define(321, 280, 'flags:BPF', 'bpf_attr', 'length'),
  capset: define(126, 91, 'capability_header', 'capability_data'),
  chdir: define(80, 49, 'string'),
  chroot: define(161, 51, 'string'),
  clone: define(56, 220, 'flags:CLONE', 'int', 'address'),
  clone3: define(435, 435, 'clone_args', 'length'),
  close: define(3, 57, 'fd'),
  close_range: define(436, 436, 'int', 'int', 'flags:CLOSE_RANGE'),
  dup3: define(292, 24, 'fd', 'fd', 'flags:O'),
  eventfd2: define(290, 19, 'int', 'flags:EFD'),
  execveat: define(322, 281, 'fd', 'string', 'strings', 'strings', 'flags:AT'),
  execve: define(59, 221, 'string', 'strings', 'strings'),
  fchdir: define(81, 50, 'fd'),
  fchmodat: define(268, 53, 'fd', 'string', 'mode'),
  fchownat: define(260, 54, 'fd', 'string', 'int', 'int', 'flags:AT'),
  fcntl: define(72, 25, 'fd', 'flags:F', 'int'),
  fsconfig: define(431, 431, 'fd', 'flags:FSCONFIG', 'string', 'string', 'int'),
  fsmount: define(432, 432, 'fd', 'flags:FSMOUNT', 'flags:MOUNT_ATTR'),
  fsopen: define(430, 430, 'string', 'flags:FSOPEN'),
  getpid: define(39, 172),
  getrandom: define(318, 278, 'int', 'int', 'int'),
  ioctl: define(16, 29, 'fd', 'flags:IOCTL', 'ioctl_argument'),
  keyctl: define(250, 219, 'flags:KEYCTL', 'string'),
  kill: define(62, 129, 'int', 'flags:SIGNAL'),
  listen: define(50, 201, 'fd', 'int'),
  madvise: define(28, 233, 'address', 'int', 'flags:MADV'),
  mkdirat: define(258, 34, 'fd', 'string', 'mode'),
  mknodat: define(259, 33, 'fd', 'string', 'flags:S', 'device'),
  mmap: define(9, 222, 'address', 'int', 'flags:PROT', 'flags:MAP', 'fd', 'int'),
  mount: define(165, 40, 'string', 'string', 'string', 'flags:MS', 'string'),
  mount_setattr: define(442, 442, 'fd', 'string', 'flags:AT', 'mount_attr', 'length'),
  move_mount: define(429, 429, 'fd', 'string', 'fd', 'string', 'flags:MOVE_MOUNT'),
  open_tree: define(428, 428, 'fd', 'string', 'flags:OPEN_TREE'),
  munmap: define(11, 215, 'address', 'int'),
  openat: define(257, 56, 'fd', 'string', 'flags:O', 'mode'),
  openat2: define(437, 437, 'fd', 'string', 'open_how', 'length'),
  pidfd_open: define(434, 434, 'int', 'int'),
  pivot_root: define(155, 41, 'string', 'string'),
  prctl: define(157, 167, 'flags:PR', 'prctl_argument', 'int', 'int', 'int'),
  prlimit64: define(302, 261, 'int', 'flags:RLIMIT', 'rlimit', 'int'),
  read: define(0, 63, 'fd', 'room', 'length'),
  readv: define(19, 65, 'fd', 'iovec', 'length'),
  rt_sigaction: define(13, 134, 'flags:SIGNAL', 'sigaction', 'int', 'int'),
  rt_sigprocmask: define(14, 135, 'flags:SIG', 'sigset', 'int', 'int'),
  rt_sigtimedwait: define(128, 137, 'sigset', 'int', 'timeout', 'int'),
  seccomp: define(317, 277, 'flags:SECCOMP', 'flags:SECCOMP_FILTER_FLAG', 'sock_fprog'),
  sendfile: define(40, 71, 'fd', 'fd', 'address', 'int'),
  sendmsg: define(46, 211, 'fd', 'handed_over', 'int'),
  sendto: define(44, 206, 'fd', 'netlink', 'length', 'int', 'int', 'int'),
  setdomainname: define(171, 162, 'data', 'length'),
  setgroups: define(116, 159, 'length', 'gids'),
  sethostname: define(170, 161, 'data', 'length'),
  setns: define(308, 268, 'fd', 'flags:CLONE'),
  setpgid: define(109, 154, 'int', 'int'),
  setresgid: define(119, 149, 'int', 'int', 'int'),
  setresuid: define(117, 147, 'int', 'int', 'int'),
  setsid: define(112, 157),
  socket: define(41, 198, 'flags:AF', 'flags:SOCK', 'int'),
  symlinkat: define(266, 36, 'string', 'fd', 'string'),
  umask: define(95, 166, 'mode'),
  umount2: define(166, 39, 'string', 'flags:MNT'),
  unlinkat: define(263, 35, 'fd', 'string', 'flags:AT'),
  unshare: define(272, 97, 'flags:CLONE'),
  wait4: define(61, 260, 'int', 'place', 'int', 'int'),
  write: define(1, 64, 'fd', 'data', 'length'),
} satisfies Record<string, Syscall>;

export type SyscallName = keyof typeof SYSCALLS;

export type Architecture = 'x64' | 'arm64';
