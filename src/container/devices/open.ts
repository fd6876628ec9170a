import { lazy } from '../../base/lazy.ts';
import { call, inside, onHost, type Step } from '../../kernel/program/program.ts';
import type { Door } from '../cgroups/entry.ts';
import { type Cgroup, cgroupDirectory } from '../cgroups/hierarchies.ts';
import { EVERY_DEVICE } from '../defaults.ts';
import type { HostFacts } from '../facts.ts';
import { deviceHierarchy } from './hierarchy.ts';
import { deviceProgram } from './program.ts';
import { rulesOf } from './rules.ts';
import { attachSteps } from './steps.ts';

/**
 * The cgroup of privileged exec processes, beside that of the container's other processes and below the same limits;
 * undefined on version 1, where no cgroup can have more devices than the one above it.
 */
export const openCgroup = (layout: HostFacts['cgroups'], { path }: Cgroup): string | undefined => {
  const hierarchy = deviceHierarchy(layout);
  return hierarchy?.version === 2 ? cgroupDirectory(hierarchy, `${path}/privileged`) : undefined;
};

/** The cgroups to join, with this one instead of that of version 2. */
export const throughOpenCgroup = (doors: readonly Door[], directory: string | undefined): readonly Door[] =>
  doors.map((door) =>
    directory !== undefined && door.hierarchy.version === 2 ? { ...door, directory } : door,
  );

export const openLoadSteps = lazy((): readonly Step[] => [
  onHost(
    'a privileged process may use all device nodes',
    call('bpf', 'BPF_PROG_LOAD', {
      type: 'BPF_PROG_TYPE_CGROUP_DEVICE',
      program: deviceProgram(rulesOf(EVERY_DEVICE)),
    }),
    { as: 'rules', shared: true },
  ),
]);

/** Creates the cgroup if it does not exist. Its program takes the place of the one of the cgroup above. */
export const openCgroupSteps = (directory: string): readonly Step[] => [
  inside(OPEN, call('mkdirat', 'AT_FDCWD', directory, 0o755), { tolerate: 'EEXIST' }),
  ...attachSteps(directory, 'BPF_F_ALLOW_OVERRIDE', OPEN),
];

const OPEN = 'a cgroup in which all device nodes are open, for privileged processes of the container';
