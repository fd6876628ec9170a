import { type Errno, errnoName } from './errno.ts';
import type { SyscallName } from './syscalls.ts';

/** The same errno means something else for every call; what it most likely means here, and what helps. */
export type Meaning = { readonly note?: string; readonly help?: string };

export const errnoMeaning = (call: SyscallName | 'spawn', errno: number): Meaning | undefined => {
  const name = errnoName(errno);
  return MEANINGS[call]?.[name as Errno] ?? ANY_CALL[name as Errno];
};

const MEANINGS: Partial<Record<SyscallName | 'spawn', Partial<Record<Errno, Meaning>>>> = {
  mount: {
    EINVAL: { note: 'the file system refused an option, or the path is no mount point' },
    ENODEV: {
      note: 'this kernel does not have that file system',
      help: '`tscompose doctor` lists what is missing',
    },
    ENOSPC: {
      note: 'not a full disk: the limit of mounts is reached',
      help: '`sysctl fs.mount-max` tells and raises it',
    },
    ENOENT: { note: 'the source or the mount point is not there' },
    EBUSY: { note: 'the directory is already in use as the upper layer of another overlay' },
    ENOTDIR: { note: 'a directory was expected, the root brings something else' },
    ELOOP: { note: 'there are symbolic links in place of directories' },
  },
  unshare: {
    EPERM: { note: 'this user may not create namespaces', help: 'run as root' },
    ENOSPC: { note: 'the limit of namespaces is reached', help: 'see /proc/sys/user/max_*_namespaces' },
    EINVAL: { note: 'this kernel was built without one of these namespaces' },
  },
  open_tree: {
    ENOENT: {
      note: 'there is no such file or directory on the host',
      help: 'create it, or correct the path',
    },
    ENOSYS: { note: 'this kernel is older than Linux 5.2' },
  },
  openat: {
    ENOENT: { note: 'there is no such file; in /proc/sys, this kernel has no such setting' },
  },
  openat2: {
    ELOOP: { note: 'the path leads through a symbolic link that is refused here' },
    ENOSYS: { note: 'this kernel is older than Linux 5.6' },
    ENOTDIR: { note: 'the root has a file where a directory is needed' },
    ENOENT: { note: 'the path does not exist in the root' },
  },
  pivot_root: { EINVAL: { note: 'the root of this system cannot be left, as an initramfs cannot' } },
  sethostname: { EINVAL: { note: 'a host name has at most 64 characters' } },
  setdomainname: { EINVAL: { note: 'a domain name has at most 64 characters' } },
  getrandom: { EINVAL: { note: 'the request before this one was refused by the kernel' } },
  prlimit64: {
    EPERM: {
      note: 'a limit can be raised only with CAP_SYS_RESOURCE',
      help: 'ask for no more than the hard limit',
    },
    EINVAL: { note: 'the soft limit is above the hard one' },
  },
  clone: {
    ENOMEM: { note: 'the container is about to end, or there is no memory left' },
    EAGAIN: {
      note: 'the container or its user has as many processes as it may; an exec counts as two for a moment',
      help: 'raise `pids_limit` or `ulimits.nproc`, or end something in the container',
    },
  },
  capset: { EPERM: { note: 'a capability was asked for that tscompose does not have itself' } },
  setns: {
    EPERM: { note: 'the container is not ours to enter' },
    ESRCH: { note: 'the container has ended' },
  },
  execve: {
    EAGAIN: {
      note: 'its user has more processes than it may',
      help: 'raise `ulimits.nproc`, or end something of that user',
    },
    E2BIG: { note: 'arguments and environment are too large together', help: 'use a file for what is large' },
  },
  execveat: {
    E2BIG: { note: 'the environment is too large', help: 'use a file for what is large' },
    EACCES: {
      note: 'this machine does not allow to execute what lies only in memory',
      help: 'set the sysctl vm.memfd_noexec to 0 or 1, or leave `init` out',
    },
  },
  spawn: {
    ENOMEM: { note: 'memory is used up, or the processes that it was to be one of have ended' },
    EAGAIN: { note: 'there are as many processes as there may be' },
  },
};

const ANY_CALL: Partial<Record<Errno, Meaning>> = {
  EPERM: {
    note: 'not permitted for this user',
    help: 'run as root; `tscompose doctor` tells what is missing',
  },
  EACCES: { note: 'access was denied' },
  ENOMEM: { note: 'there was not enough memory', help: 'raise `memory`, or stop something' },
  ENOSPC: { note: 'no space is left' },
  EROFS: { note: 'the file system is read-only' },
  EMFILE: { note: 'too many descriptors are open', help: 'raise `ulimit -n`' },
  ENFILE: { note: 'the system has too many files open' },
  ENOSYS: {
    note: 'this kernel does not have the call',
    help: '`tscompose doctor` tells what tscompose needs',
  },
};
