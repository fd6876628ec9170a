import { exposureSteps, heirStep } from '../kernel/arena/heir.ts';
import { call, inside, onHost, type Program, type Ref, type Step } from '../kernel/program/program.ts';
import { type Door, doorSteps, joinSteps } from './cgroups/entry.ts';
import { FIXED, FOR_STEPS, openAt } from './descriptors.ts';
import { openCgroupSteps, openLoadSteps, throughOpenCgroup } from './devices/open.ts';
import type { HostFacts } from './facts.ts';
import type { OciProcess } from './oci.ts';
import { hiddenStep, mortalStep, reportStep } from './process/birth.ts';
import { commandSteps, directorySteps, partingSteps } from './process/command.ts';
import { limitsAfter, limitsBefore } from './process/heir.ts';
import { confinementSteps, privilegeSteps, rlimitSteps } from './process/privileges.ts';
import { stageSteps } from './process/stage.ts';
import { sessionSteps } from './process/stdio.ts';
import { nullStreamsSteps } from './root/null.ts';
import type { Filter } from './seccomp/confinement.ts';

/** Standard streams of a further process: the descriptors of the caller, or the null device. */
export type JoinStdio = 'given' | 'null';

/**
 * A further process in a running container with PID 1 `$target`. Only the last step puts it into the container's PID
 * namespace. Earlier, its /proc directory would expose mounts and interfaces of the host to the container, and
 * everything else to a process with CAP_SYS_PTRACE. `open` is the cgroup of a process that may use all device nodes.
 */
export const compileJoin = (
  name: string,
  process: OciProcess,
  filter: Filter | undefined,
  host: HostFacts,
  doors: readonly Door[],
  stdio: JoinStdio,
  open?: string,
): Program => ({
  name,
  sections: [
    {
      title: 'Creation of the process',
      steps: [
        onHost(
          'a pidfd of the container, which cannot refer to another process with a recycled PID',
          call('pidfd_open', '$target', 0),
          { as: 'pidfd' },
        ),
        ...(open === undefined ? [] : openLoadSteps()),
        onHost('the process that joins the container', {
          call: 'spawn',
          descriptors: [...STREAMS[stdio], ...GATE, ...(open === undefined ? [] : (['$rules'] as const))],
        }),
      ],
    },
    {
      title: 'Entry into the cgroups and namespaces',
      steps: [
        mortalStep('process'),
        hiddenStep,
        reportStep,
        ...victimSteps,
        ...(stdio === 'null' ? nullStreamsSteps : []),
        ...(open === undefined ? [] : openCgroupSteps(open)),
        ...doorSteps(throughOpenCgroup(doors, open)),
        ...joinSteps(doors.map(({ hierarchy }) => hierarchy)),
        // setns(2): a thread that shares its root and working directory with others cannot change its mount tree.
        inside(
          'a root and working directory not shared with other threads, as setns(2) requires',
          call('unshare', 'CLONE_FS'),
        ),
        inside(
          'joins the namespaces of the container; children start in its PID namespace',
          call('setns', '$pidfd', JOINED),
        ),
      ],
    },
    {
      title: 'Memory and OOM score',
      steps: [
        inside(
          'a test allocation of the size of a small program: if memory is short, this process is killed',
          call('mmap', 0, ROOM, 'PROT_READ|PROT_WRITE', 'MAP_PRIVATE|MAP_ANONYMOUS|MAP_POPULATE', -1, 0),
          { as: 'room' },
        ),
        inside('the tested memory is free for the program', call('munmap', '$room', ROOM)),
        // proc.rst of Linux: without CAP_SYS_RESOURCE, the score cannot go below the last value that was set with it,
        // here 1000.
        inside(
          'from here on the OOM killer treats the process like the others of the container',
          call('write', FIXED.oomScore, String(process.oomScoreAdj)),
        ),
      ],
    },
    {
      title: 'Resource limits, working directory and privileges',
      steps: [
        ...rlimitSteps(limitsBefore(process)),
        ...directorySteps(process),
        ...partingSteps,
        // An execve(2) would take away the capability that loads the filter of system calls.
        ...stageSteps([], ['$arena', '$exposed']),
        // An execve(2) makes it dumpable again, and a change of the user may.
        hiddenStep,
        ...privilegeSteps(process, host.lastCapability, filter),
        hiddenStep,
      ],
    },
    {
      title: 'Entry into the PID namespace',
      steps: [
        ...exposureSteps,
        inside(
          'a process with CAP_SYS_PTRACE in the container must not find descriptors of the host',
          call('close_range', 3, 0xffffffff, ''),
        ),
        ...confinementSteps(process, filter),
        // clone(2): with CLONE_VFORK, this process continues, and ends, when the heir has made its execve(2) or has ended.
        heirStep('CLONE_VFORK'),
      ],
    },
    {
      title: 'The command',
      steps: [
        ...rlimitSteps(limitsAfter(process)),
        ...sessionSteps(process.terminal),
        ...commandSteps(process),
      ],
    },
  ],
});

const STREAMS: Readonly<Record<JoinStdio, readonly Ref[]>> = {
  given: ['$stdin', '$stdout', '$stderr'],
  null: ['$host.null', '$host.null', '$host.null'],
};

const GATE: readonly Ref[] = ['$arena', '$sync', '$status', '$exposed', '$host.init', '$pidfd'];

const JOINED = 'CLONE_NEWNS|CLONE_NEWNET|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWCGROUP|CLONE_NEWPID';

const ROOM = 1 << 19;

const victimSteps: readonly Step[] = [
  ...openAt(
    FIXED.oomScore,
    'oom',
    'the OOM score: if memory runs out, the kernel kills this process before those of the container',
    call('openat', 'AT_FDCWD', '/proc/self/oom_score_adj', 'O_WRONLY|O_CLOEXEC', 0),
    FOR_STEPS,
  ),
  inside(
    'the highest score, so that the OOM killer chooses this process first',
    call('write', FIXED.oomScore, '1000'),
  ),
];
