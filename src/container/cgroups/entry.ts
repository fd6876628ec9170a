import { oncePer } from '../../base/lazy.ts';
import type { CgroupLayout, Hierarchy } from '../../kernel/cgroup.ts';
import { call, inside, type Step } from '../../kernel/program/program.ts';
import { type Cgroup, joined, nameOf, rootInside } from './hierarchies.ts';

/** A cgroup that a process is to join. */
export type Door = { readonly hierarchy: Hierarchy; readonly directory: string };

/** The cgroups that the first process of a container joins. */
export const doorsOf = (layout: CgroupLayout, cgroup: Cgroup): readonly Door[] =>
  joined(layout).map((hierarchy) => ({ hierarchy, directory: rootInside(layout, hierarchy, cgroup) }));

/** Opens the files through which the process joins its cgroups, while paths of the host are still reachable. */
export const doorSteps = (doors: readonly Door[]): readonly Step[] =>
  doors.map(({ hierarchy, directory }) =>
    inside(
      'opened while paths of the host are still reachable, to join the cgroup later',
      call('openat', 'AT_FDCWD', `${directory}/${doorOf(hierarchy)}`, 'O_WRONLY|O_CLOEXEC', 0),
      { as: doorName(hierarchy) },
    ),
  );

/** Joins the cgroups before there are children, which would not move along. `0` is the writing process. */
export const joinSteps = oncePer((hierarchies: readonly Hierarchy[]): readonly Step[] =>
  hierarchies.map((hierarchy) =>
    inside(
      `joins the cgroup: from here on the process is counted and limited (${nameOf(hierarchy)})`,
      call('write', `$${doorName(hierarchy)}`, '0'),
    ),
  ),
);

// A thread that moves itself through `tasks` does not wait. `cgroup.procs` stops all forks and exits of the machine for
// a moment, but is the only way into a version 2 cgroup with controllers.
const doorOf = ({ version }: Hierarchy): string => (version === 1 ? 'tasks' : 'cgroup.procs');

const doorName = (hierarchy: Hierarchy): string => `${nameOf(hierarchy).replaceAll(/\W+/g, '_')}_door`;
