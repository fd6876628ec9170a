import { type Errno, errnoName } from './errno.ts';
import type { SyscallName } from './syscalls.ts';

/** The most likely cause of an errno, which depends on the system call, and the remedy. */
export type Meaning = { readonly note?: string; readonly help?: string };

export const errnoMeaning = (call: SyscallName | 'spawn', errno: number): Meaning | undefined => {
  const name = errnoName(errno);
  return MEANINGS[call]?.[name as Errno] ?? ANY_CALL[name as Errno];
};

const MEANINGS: Partial<Record<SyscallName | 'spawn', Partial<Record<Errno, Meaning>>>> = {
  mount: {
    EINVAL: { note: 'the file system refused an option, or the path is not a mount point' },
    ENODEV: {
      note: 'this kernel does not support the file system type',
      help: 'run `tscompose doctor` for a list of missing kernel features',
    },
    ENOSPC: {
      note: 'the disk of the upper layer is full, or the mount namespace has reached the limit of mounts',
      help: 'free space there, or raise the sysctl fs.mount-max',
    },
    ENOENT: { note: 'the source or the mount point does not exist' },
    EBUSY: { note: 'the directory is already in use as the upper layer of another overlay' },
    ENOTDIR: { note: 'expected a directory; the root file system has something else there' },
    ELOOP: { note: 'expected a directory; the root file system has a symbolic link there' },
  },
  unshare: {
    EPERM: { note: 'this user may not create namespaces', help: 'run as root' },
    ENOSPC: { note: 'the limit of namespaces is reached', help: 'raise /proc/sys/user/max_*_namespaces' },
    EINVAL: { note: 'this kernel was built without one of these namespaces' },
  },
  open_tree: {
    ENOENT: {
      note: 'no such file or directory on the host',
      help: 'create it, or correct the path',
    },
    ENOSYS: { note: 'this kernel is older than Linux 5.2' },
  },
  move_mount: {
    EINVAL: {
      note: 'one of source and target is a directory and the other is not, or the target is in another mount namespace',
    },
    ENOTDIR: { note: 'one of source and target is a directory and the other is not' },
  },
  openat: {
    ENOENT: { note: 'no such file; below /proc/sys: this kernel has no such sysctl' },
  },
  openat2: {
    ELOOP: { note: 'the path contains a symbolic link, which is not allowed here' },
    ENOSYS: { note: 'this kernel is older than Linux 5.6' },
    ENOTDIR: { note: 'expected a directory; the root file system has a file there' },
    ENOENT: { note: 'the path does not exist there' },
  },
  pivot_root: {
    EINVAL: { note: 'the root file system of the host is an initramfs or not a mount point' },
  },
  sethostname: { EINVAL: { note: 'a host name has at most 64 characters' } },
  setdomainname: { EINVAL: { note: 'a domain name has at most 64 characters' } },
  getrandom: { EINVAL: { note: 'the kernel refused the rtnetlink request before this call' } },
  prlimit64: {
    EPERM: {
      note: 'the hard limit can be raised only with CAP_SYS_RESOURCE',
      help: 'set no more than the hard limit of tscompose itself',
    },
    EINVAL: { note: 'the soft limit is higher than the hard limit' },
  },
  clone: {
    ENOMEM: { note: 'the container is ending, or there is not enough memory' },
    EAGAIN: {
      note: 'the process limit of the container or of its user is reached; `init: true` needs two processes, and an exec for a moment',
      help: 'raise `pids_limit` or `ulimits.nproc`, or stop a process in the container',
    },
  },
  bpf: {
    EPERM: {
      note: 'this user may not load or attach a program that restricts device nodes',
      help: 'run as root with CAP_SYS_ADMIN; under another container manager, allow the system call bpf',
    },
    EINVAL: {
      note: 'the kernel refused the program that restricts device nodes, or has no CONFIG_CGROUP_BPF',
      help: 'use a kernel with CONFIG_CGROUP_BPF=y',
    },
    ENOSYS: {
      note: 'this kernel has no system call bpf, which restricts device nodes on cgroup version 2',
      help: 'use a kernel with CONFIG_BPF_SYSCALL=y and CONFIG_CGROUP_BPF=y',
    },
  },
  capset: { EPERM: { note: 'tscompose itself lacks one of these capabilities' } },
  seccomp: {
    EINVAL: {
      note: 'this kernel was built without filters of system calls, or it refuses the filter',
      help: 'set `security_opt: [seccomp=unconfined]` to start the service without a filter',
    },
    ENOMEM: { note: 'this process and its parents have too many filters of system calls' },
  },
  keyctl: {
    EDQUOT: {
      note: 'root has too many keys',
      help: 'raise the sysctls kernel.keys.root_maxkeys and kernel.keys.root_maxbytes',
    },
  },
  setns: {
    EPERM: { note: 'this user may not join the namespaces of the container' },
    ESRCH: { note: 'the container has ended' },
  },
  execve: {
    EAGAIN: {
      note: 'the process limit of the user is exceeded',
      help: 'raise `ulimits.nproc`, or stop a process of that user',
    },
    E2BIG: {
      note: 'arguments and environment together are too large',
      help: 'put large values into a file',
    },
  },
  execveat: {
    E2BIG: { note: 'the environment is too large', help: 'put large values into a file' },
    EACCES: {
      note: 'the host does not allow programs to be executed from a memfd',
      help: 'set the sysctl vm.memfd_noexec to 0 or 1, or leave `init` out',
    },
  },
  spawn: {
    ENOMEM: { note: 'there is not enough memory, or the PID namespace to join has ended' },
    EAGAIN: { note: 'the process limit is reached' },
  },
};

const ANY_CALL: Partial<Record<Errno, Meaning>> = {
  EPERM: {
    note: 'not permitted for this user',
    help: 'run as root; `tscompose doctor` lists missing permissions',
  },
  EACCES: { note: 'access was denied' },
  ENOMEM: { note: 'there was not enough memory', help: 'raise `memory`, or stop other processes' },
  ENOSPC: { note: 'no space is left on the device' },
  EROFS: { note: 'the file system is read-only' },
  EMFILE: { note: 'tscompose has too many file descriptors open', help: 'raise `ulimit -n`' },
  ENFILE: { note: 'the system has too many files open' },
  ENOSYS: {
    note: 'this kernel does not have the system call',
    help: 'run `tscompose doctor` for the required kernel features',
  },
};
