import { readdirSync } from 'node:fs';
import { type Cgroup, cgroupDirectory, joined } from '../../container/cgroups/cgroups.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import { readIfThere } from '../supervisor/read-if-there.ts';

/** The processes of a container's cgroup and of the cgroups below it, which its own processes created. */
export const membersOf = (layout: CgroupLayout, cgroup: Cgroup): readonly number[] => [
  ...new Set(
    joined(layout, cgroup).flatMap((hierarchy) => membersBelow(cgroupDirectory(hierarchy, cgroup.path))),
  ),
];

const membersBelow = (directory: string): readonly number[] => [
  ...readIfThere(`${directory}/cgroup.procs`).split('\n').filter(Boolean).map(Number),
  ...directoriesIn(directory).flatMap((name) => membersBelow(`${directory}/${name}`)),
];

/** Whether a process is in a container's cgroup or below it; also true on a host without usable cgroups. */
export const isMember = (layout: CgroupLayout, { path, controllers }: Cgroup, pid: number): boolean =>
  joined(layout, { controllers }).length === 0 ||
  // cgroups(7): `4:memory:/tscompose/app/app-web-1`, below our own cgroup if our root is not the root of the tree.
  `${readIfThere(`/proc/${pid}/cgroup`)}`.split('\n').some((line) => `${line}/`.includes(`/${path}/`));

/** The names of the child cgroups; empty if the cgroup does not exist. */
export const directoriesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
};
