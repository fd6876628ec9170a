import { readdirSync, writeFileSync } from 'node:fs';
import { type Cgroup, cgroupDirectory, joined } from '../../container/cgroups/hierarchies.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import { readIfThere } from '../directories/read-if-there.ts';

/**
 * The processes of a container's cgroup and of the cgroups below it: its leaf, and those that it created itself. Each
 * hierarchy lists all of them, because none can leave its leaf; containers of an earlier version are not in all.
 */
export const membersOf = (layout: CgroupLayout, { path }: Pick<Cgroup, 'path'>): readonly number[] => {
  const newestFirst = joined(layout).toSorted((a, b) => b.version - a.version);
  for (const hierarchy of newestFirst) {
    const members = membersBelow(cgroupDirectory(hierarchy, path));
    if (members.length > 0) return members;
  }
  return [];
};

/** The processes of a cgroup and of the cgroups below it. */
export const membersBelow = (directory: string): readonly number[] =>
  treeOf(directory).flatMap((one) =>
    readIfThere(`${one}/cgroup.procs`).split('\n').filter(Boolean).map(Number),
  );

/** A cgroup and those below it, parents first. */
export const treeOf = (directory: string): readonly string[] => {
  const tree = [directory];
  // The list grows meanwhile.
  for (const one of tree) for (const name of directoriesIn(one)) tree.push(`${one}/${name}`);
  return tree;
};

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
export const isMember = (layout: CgroupLayout, { path }: Cgroup, pid: number): boolean =>
  joined(layout).length === 0 ||
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
