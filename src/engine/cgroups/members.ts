import { readdirSync, writeFileSync } from 'node:fs';
import { type Cgroup, cgroupDirectory, joined } from '../../container/cgroups/hierarchies.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import { readIfThere } from '../supervisor/read-if-there.ts';

/** The processes of a container's cgroup and of the cgroups below it, which its own processes created. */
export const membersOf = (layout: CgroupLayout, cgroup: Cgroup): readonly number[] => [
  ...new Set(
    joined(layout, cgroup).flatMap((hierarchy) => membersBelow(cgroupDirectory(hierarchy, cgroup.path))),
  ),
];

/** The processes of a cgroup and of the cgroups below it. */
export const membersBelow = (directory: string): readonly number[] => [
  ...readIfThere(`${directory}/cgroup.procs`).split('\n').filter(Boolean).map(Number),
  ...directoriesIn(directory).flatMap((name) => membersBelow(`${directory}/${name}`)),
];

/** Moves processes into a cgroup until there are no new ones: a process that was not yet moved may have forked. */
export const moveAll = (members: () => readonly number[], directory: string): void => {
  const moved = new Set<number>();
  const left = (): readonly number[] => members().filter((pid) => !moved.has(pid));
  for (let pids = left(); pids.length > 0; pids = left()) {
    for (const pid of pids) {
      move(pid, directory);
      moved.add(pid);
    }
  }
};

const move = (pid: number, directory: string): void => {
  try {
    writeFileSync(`${directory}/cgroup.procs`, String(pid));
  } catch (error) {
    // The process has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

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
