import { readdirSync } from 'node:fs';
import { type Cgroup, cgroupDirectory, joined } from '../../container/cgroups/cgroups.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import { readIfThere } from '../supervisor/read-if-there.ts';

/** Every process of a container's cgroup and of those that its own processes have made below it. */
export const membersOf = (layout: CgroupLayout, cgroup: Cgroup): readonly number[] => [
  ...new Set(
    joined(layout, cgroup).flatMap((hierarchy) => membersBelow(cgroupDirectory(hierarchy, cgroup.path))),
  ),
];

const membersBelow = (directory: string): readonly number[] => [
  ...readIfThere(`${directory}/cgroup.procs`).split('\n').filter(Boolean).map(Number),
  ...directoriesIn(directory).flatMap((name) => membersBelow(`${directory}/${name}`)),
];

/** Whether a process is in a container's cgroup or below it; true as well on a machine that has no cgroups for us. */
export const isMember = (layout: CgroupLayout, { path, controllers }: Cgroup, pid: number): boolean =>
  joined(layout, { controllers }).length === 0 ||
  // cgroups(7): `4:memory:/tscompose/app/app-web-1`, below our own cgroup where the root of the tree is not ours.
  `${readIfThere(`/proc/${pid}/cgroup`)}`.split('\n').some((line) => `${line}/`.includes(`/${path}/`));

/** The cgroups in one, by name; none where it is not there. */
export const directoriesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
};
