import { call, inside, onHost, type Program, type Ref, type Step } from '../kernel/program.ts';
import { type Cgroup, doorSteps, joinSteps } from './cgroups.ts';
import { commandSteps, directorySteps, onlyStreamsStep, partingSteps } from './command.ts';
import type { HostFacts } from './facts.ts';
import type { OciProcess } from './oci.ts';
import { privilegeSteps, rlimitSteps } from './privileges.ts';
import { stageSteps } from './stage.ts';
import { sessionSteps } from './stdio.ts';

/**
 * A further process in a running container with PID 1 `$target`. Only the last step puts it into the container's PID
 * namespace. Earlier, its /proc directory would expose mounts and interfaces of the host to the container, and
 * everything else to a process with CAP_SYS_PTRACE.
 */
export const compileJoin = (name: string, process: OciProcess, host: HostFacts, cgroup: Cgroup): Program => ({
  name,
  sections: [
    {
      title: 'A further process',
      steps: [
        onHost(
          'the container by a handle that cannot come to mean another process',
          call('pidfd_open', '$target', 0),
          { as: 'pidfd' },
        ),
        onHost('this process joins the container', { call: 'spawn', descriptors: DESCRIPTORS }),
      ],
    },
    {
      title: 'Into the container’s namespaces',
      steps: [
        inside(
          'a supervisor that dies meanwhile takes it along',
          call('prctl', 'PR_SET_PDEATHSIG', 'SIGKILL'),
        ),
        hiddenStep,
        inside('tells the supervisor that it lives', call('write', '$status', '1')),
        ...victimSteps,
        ...doorSteps(host.cgroups, cgroup),
        ...joinSteps(host.cgroups, cgroup),
        // setns(2): a thread that shares its root and working directory with others cannot change its mount tree.
        inside('a root and a working directory of its own', call('unshare', 'CLONE_FS')),
        inside(
          'sees what the container sees, and its children are the container’s',
          call('setns', '$pidfd', JOINED),
        ),
      ],
    },
    {
      title: 'Like every other again',
      steps: [
        inside(
          'as much memory as the smallest program takes: if it is not there, this is the one that is killed',
          call('mmap', 0, ROOM, 'PROT_READ|PROT_WRITE', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_POPULATE', -1, 0),
          { as: 'room' },
        ),
        inside('is there for the program', call('munmap', '$room', ROOM)),
        // proc.rst of Linux: without CAP_SYS_RESOURCE, the score cannot go below the last value that was set with it,
        // here 1000.
        inside(
          'from here on the kernel may choose whom it kills',
          call('write', OOM_DESCRIPTOR, String(process.oomScoreAdj)),
        ),
      ],
    },
    {
      title: 'Shut in like the container itself',
      steps: [
        ...rlimitSteps(limitsBefore(process), none),
        ...directorySteps(process, none),
        ...privilegeSteps(process, host.lastCapability, none),
      ],
    },
    {
      title: 'Among the container’s processes',
      steps: [
        ...partingSteps,
        ...stageSteps([]),
        // An execve(2) makes it dumpable again.
        hiddenStep,
        ...cloneSteps,
      ],
    },
    {
      title: 'The command',
      steps: [
        onlyStreamsStep,
        ...rlimitSteps(limitsAfter(process), none),
        ...sessionSteps(process.terminal),
        ...commandSteps(process, none),
      ],
    },
  ],
});

const DESCRIPTORS: readonly Ref[] = [
  '$stdin',
  '$stdout',
  '$stderr',
  '$arena',
  '$sync',
  '$status',
  '$host.init',
  '$pidfd',
];

const JOINED = 'CLONE_NEWNS|CLONE_NEWNET|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWCGROUP|CLONE_NEWPID';

const hiddenStep = inside(
  'nobody in the container may look into it while it holds what is not theirs',
  call('prctl', 'PR_SET_DUMPABLE', 0),
);

const OOM_DESCRIPTOR = 99;
const ROOM = 1 << 19;

const victimSteps: readonly Step[] = [
  inside(
    'where memory is used up already, this is what the kernel kills, and not the container',
    call('openat', 'AT_FDCWD', '/proc/self/oom_score_adj', 'O_WRONLY|O_CLOEXEC', 0),
    { as: 'oom' },
  ),
  inside('at a number of its own', call('dup3', '$oom', OOM_DESCRIPTOR, 'O_CLOEXEC')),
  inside('before anything else in the container', call('write', OOM_DESCRIPTOR, '1000')),
];

const STATUS = DESCRIPTORS.indexOf('$status');

const cloneSteps: readonly Step[] = [
  ...[
    [3, STATUS - 1],
    [STATUS + 1, 0xffffffff],
  ].map(([first = 0, last = 0]) =>
    inside(
      'not even who may trace every process of the container finds a descriptor of the host',
      call('close_range', first, last, ''),
    ),
  ),
  inside(
    'a child of the supervisor that has no more than the container’s privileges from its first moment',
    call('clone', 'CLONE_PARENT|CLONE_VFORK'),
  ),
];

// The process that makes the clone counts against RLIMIT_NPROC as well, and so does the clone. setresuid(2) may exceed
// the limit by one, clone(2) may not.
const limitsBefore = (process: OciProcess): OciProcess => ({
  ...process,
  rlimits: process.rlimits.map((limit) =>
    isLater(limit) && limit.hard >= 0 ? { ...limit, soft: limit.hard + 2, hard: limit.hard + 2 } : limit,
  ),
});

const limitsAfter = (process: OciProcess): OciProcess => ({
  ...process,
  rlimits: process.rlimits.filter(isLater),
});

const isLater = ({ type }: OciProcess['rlimits'][number]): boolean => type === 'RLIMIT_NPROC';

const none = (): Record<string, never> => ({});
