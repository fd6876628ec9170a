import { constants } from 'node:os';

/**
 * Values of the names in Programs, one table for each `flags:` kind of `syscalls.ts`.
 * Sources: the uapi headers of Linux (mount.h, sched.h, fcntl.h, openat2.h, prctl.h, close_range.h, capability.h).
 */
const CLONE = {
  // clone(2): the low byte of the flags is the termination signal, sent to the parent when the child ends.
  SIGCHLD: constants.signals.SIGCHLD,
  CLONE_FS: 0x200,
  CLONE_VFORK: 0x4000,
  CLONE_PARENT: 0x8000,
  CLONE_NEWNS: 0x20000,
  CLONE_PARENT_SETTID: 0x100000,
  CLONE_NEWCGROUP: 0x2000000,
  CLONE_NEWUTS: 0x4000000,
  CLONE_NEWIPC: 0x8000000,
  CLONE_NEWUSER: 0x10000000,
  CLONE_NEWPID: 0x20000000,
  CLONE_NEWNET: 0x40000000,
};

const MS = {
  MS_RDONLY: 1,
  MS_NOSUID: 2,
  MS_NODEV: 4,
  MS_NOEXEC: 8,
  MS_SYNCHRONOUS: 16,
  MS_REMOUNT: 32,
  MS_NOATIME: 1024,
  MS_NODIRATIME: 2048,
  MS_BIND: 4096,
  MS_MOVE: 8192,
  MS_REC: 16384,
  MS_UNBINDABLE: 1 << 17,
  MS_PRIVATE: 1 << 18,
  MS_SLAVE: 1 << 19,
  MS_SHARED: 1 << 20,
  MS_RELATIME: 1 << 21,
  MS_STRICTATIME: 1 << 24,
};

// O_DIRECTORY and O_NOFOLLOW have other values on arm64; the other flags of Programs have the same.
const arm = process.arch === 'arm64';
const O = {
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_DIRECTORY: arm ? 0o40000 : 0o200000,
  O_NOFOLLOW: arm ? 0o100000 : 0o400000,
  O_CLOEXEC: 0o2000000,
  O_PATH: 0o10000000,
};

const AT = { AT_REMOVEDIR: 0x200, AT_EMPTY_PATH: 0x1000, AT_RECURSIVE: 0x8000, AT_SYMLINK_NOFOLLOW: 0x100 };

const PR = {
  PR_SET_PDEATHSIG: 1,
  PR_SET_DUMPABLE: 4,
  PR_SET_KEEPCAPS: 8,
  PR_SET_NAME: 15,
  PR_CAPBSET_DROP: 24,
  PR_SET_CHILD_SUBREAPER: 36,
  PR_SET_NO_NEW_PRIVS: 38,
  PR_GET_NO_NEW_PRIVS: 39,
  PR_CAP_AMBIENT: 47,
};

const RLIMIT = {
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_RSS: 5,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_LOCKS: 10,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
};

export const FLAGS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AF: { AF_INET: 2, AF_NETLINK: 16 },
  AT,
  BPF: { BPF_PROG_LOAD: 5, BPF_PROG_ATTACH: 8 },
  BPF_F: { BPF_F_ALLOW_OVERRIDE: 1, BPF_F_ALLOW_MULTI: 2 },
  CLONE,
  CLOSE_RANGE: { CLOSE_RANGE_CLOEXEC: 4 },
  EFD: { EFD_CLOEXEC: O.O_CLOEXEC },
  F: { F_SETFD: 2 },
  FSCONFIG: { FSCONFIG_SET_FLAG: 0, FSCONFIG_SET_STRING: 1, FSCONFIG_CMD_CREATE: 6 },
  FSMOUNT: { FSMOUNT_CLOEXEC: 1 },
  FSOPEN: { FSOPEN_CLOEXEC: 1 },
  IOCTL: {
    FS_IOC_SETFLAGS: 0x40086602,
    LOOP_CONFIGURE: 0x4c0a,
    LOOP_CTL_GET_FREE: 0x4c82,
    TIOCSCTTY: 0x540e,
    TIOCSPGRP: 0x5410,
    TIOCSPTLCK: 0x40045431,
    TIOCGPTPEER: 0x5441,
    TIOCSWINSZ: 0x5414,
  },
  // linux/loop.h
  LO_FLAGS: { LO_FLAGS_READ_ONLY: 1, LO_FLAGS_AUTOCLEAR: 4 },
  KEYCTL: { KEYCTL_JOIN_SESSION_KEYRING: 1 },
  MNT: { MNT_DETACH: 2 },
  MOUNT_ATTR: {
    MOUNT_ATTR_RDONLY: 1,
    MOUNT_ATTR_NOSUID: 2,
    MOUNT_ATTR_NODEV: 4,
    MOUNT_ATTR_NOEXEC: 8,
    MOUNT_ATTR_NOATIME: 0x10,
    MOUNT_ATTR__ATIME: 0x70,
    MOUNT_ATTR_NOSYMFOLLOW: 0x200000,
  },
  MADV: { MADV_DONTFORK: 10 },
  MAP: { MAP_SHARED: 1, MAP_PRIVATE: 2, MAP_FIXED: 0x10, MAP_ANONYMOUS: 0x20, MAP_POPULATE: 0x8000 },
  MOVE_MOUNT: { MOVE_MOUNT_F_EMPTY_PATH: 4, MOVE_MOUNT_T_EMPTY_PATH: 0x40 },
  MS,
  O,
  OPEN_TREE: { ...AT, OPEN_TREE_CLONE: 1, OPEN_TREE_CLOEXEC: O.O_CLOEXEC },
  PR,
  PROT: { PROT_READ: 1, PROT_WRITE: 2 },
  RESOLVE: {
    RESOLVE_NO_XDEV: 1,
    RESOLVE_NO_MAGICLINKS: 2,
    RESOLVE_NO_SYMLINKS: 4,
    RESOLVE_BENEATH: 8,
    RESOLVE_IN_ROOT: 16,
  },
  RLIMIT,
  S: { S_IFIFO: 0o010000, S_IFCHR: 0o020000, S_IFBLK: 0o060000 },
  SECCOMP: { SECCOMP_SET_MODE_FILTER: 1 },
  SECCOMP_FILTER_FLAG: { SECCOMP_FILTER_FLAG_LOG: 2, SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4 },
  SIG: { SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2 },
  SIGNAL: constants.signals,
  SOCK: {
    SOCK_STREAM: 1,
    SOCK_DGRAM: 2,
    SOCK_RAW: 3,
    SOCK_NONBLOCK: O.O_NONBLOCK,
    SOCK_CLOEXEC: O.O_CLOEXEC,
  },
};

/** capabilities(7), in the order of their numbers. */
export const CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
] as const;

export type Capability = (typeof CAPABILITIES)[number];

/** `MS_NOSUID|MS_NODEV` → bits. A part may be an octal number, for file modes. */
export const flagBits = (table: string, names: string): number => {
  const sets = computed.get(table);
  const known = sets?.get(names);
  if (known !== undefined) return known;
  const bits = sumOf(table, names);
  sets?.set(names, bits);
  return bits;
};

/** By table and names, because Programs repeat a few sets of flags. */
const computed = new Map(Object.keys(FLAGS).map((table) => [table, new Map<string, number>()]));

const sumOf = (table: string, names: string): number => {
  let bits = 0;
  for (const name of names.split('|')) {
    const bit = /^[0-9]/.test(name) ? Number.parseInt(name, 8) : FLAGS[table]?.[name];
    if (bit === undefined) throw new TypeError(`no flag ${name} in ${table}`);
    bits = bits + bit - (bits & bit);
  }
  return bits;
};
