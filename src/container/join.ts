import { call, inside, onHost, type Program, type Ref } from '../kernel/program.ts';
import { doorSteps, joinSteps } from './cgroups.ts';
import { commandSteps, directorySteps, partingSteps } from './command.ts';
import type { HostFacts } from './facts.ts';
import type { OciProcess } from './oci.ts';
import { privilegeSteps, rlimitSteps } from './privileges.ts';
import { sessionSteps } from './stdio.ts';

/** A further process in a running container, whose PID 1 is `$target`. */
export const compileJoin = (name: string, process: OciProcess, host: HostFacts, cgroup: string): Program => ({
  name,
  sections: [
    {
      title: 'Into the container’s process tree',
      steps: [
        onHost(
          'the container by a handle that cannot come to mean another process',
          call('pidfd_open', '$target', 0),
          { as: 'pidfd' },
        ),
        onHost(
          'the next child is born among the container’s processes',
          call('setns', '$pidfd', 'CLONE_NEWPID'),
        ),
        onHost('this process becomes the command', { call: 'spawn', descriptors: DESCRIPTORS }),
        onHost('the supervisor itself stays where it was', call('setns', '$host.pid', 'CLONE_NEWPID')),
      ],
    },
    {
      title: 'Into its other namespaces',
      steps: [
        inside(
          'a supervisor that dies meanwhile takes it along',
          call('prctl', 'PR_SET_PDEATHSIG', 'SIGKILL'),
        ),
        inside(
          'nobody in the container may look into it while it holds what is not theirs',
          call('prctl', 'PR_SET_DUMPABLE', 0),
        ),
        inside('tells the supervisor that it lives', call('write', '$status', '1')),
        ...doorSteps(host.cgroups, cgroup),
        ...joinSteps(host.cgroups),
        // setns(2): a thread that shares its root and working directory with others cannot change its mount tree.
        inside('a root and a working directory of its own', call('unshare', 'CLONE_FS')),
        inside(
          'sees what the container sees',
          call('setns', '$pidfd', 'CLONE_NEWNS|CLONE_NEWNET|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWCGROUP'),
        ),
      ],
    },
    {
      title: 'Shut in like the container itself',
      steps: [
        ...sessionSteps(process.terminal),
        ...rlimitSteps(process, none),
        ...directorySteps(process, none),
        ...privilegeSteps(process, host.lastCapability, none),
      ],
    },
    { title: 'The command', steps: [...partingSteps, ...commandSteps(process, none)] },
  ],
});

const DESCRIPTORS: readonly Ref[] = ['$stdin', '$stdout', '$stderr', '$arena', '$sync', '$status', '$pidfd'];

const none = (): Record<string, never> => ({});
