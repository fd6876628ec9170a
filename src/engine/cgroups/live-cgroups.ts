import { writeFileSync } from 'node:fs';
import {
  type Cgroup,
  cgroupDirectory,
  hasLeaf,
  joined,
  leafOf,
} from '../../container/cgroups/hierarchies.ts';
import { type CgroupLayout, hierarchyWith, unified } from '../../kernel/cgroup.ts';
import { execute } from '../../kernel/launch/execute.ts';
import { errnoName, errnoNumber } from '../../kernel/program/errno.ts';
import { call } from '../../kernel/program/program.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import { directoriesIn, membersOf, treeOf } from './members.ts';

/** Removes the cgroups of a container without processes, with rmdir(2), those that it created itself included. */
export const removeCgroups = (layout: CgroupLayout, cgroup: Cgroup): boolean =>
  joined(layout)
    .map((hierarchy) => {
      const directory = cgroupDirectory(hierarchy, cgroup.path);
      if (hasLeaf(layout, hierarchy, cgroup)) removeDirectory(leafOf(directory));
      return removeWhole(directory);
    })
    .every(Boolean);

const removeWhole = (directory: string): boolean => removeDirectory(directory) || removeTree(directory);

/** The number of cgroups per call is limited, because a container may have created as many as it liked. */
const removeTree = (directory: string): boolean => {
  if (directoriesIn(directory).length === 0) return false;
  const childrenFirst = treeOf(directory).toReversed().slice(0, AT_ONCE);
  return childrenFirst.map(removeDirectory).every(Boolean) && removeDirectory(directory);
};

const AT_ONCE = 1000;

/**
 * Removes the cgroup of a project of which nothing runs, with those of containers whose end no supervisor has seen. One
 * with processes stays.
 */
export const removeProjectCgroup = (layout: CgroupLayout, path: string): void => {
  for (const hierarchy of joined(layout)) removeWhole(cgroupDirectory(hierarchy, path));
};

/** Removes a cgroup that others share, unless it still has children. */
export const removeSharedCgroup = (layout: CgroupLayout, path: string): void => {
  for (const hierarchy of joined(layout)) removeDirectory(cgroupDirectory(hierarchy, path));
};

/**
 * The same immediately after the last process has ended: the cgroup stays busy until the kernel's last switch away from
 * it, and version 1 has no event for that.
 */
export const removeLeftCgroups = async (layout: CgroupLayout, cgroup: Cgroup): Promise<void> => {
  for (let wait = 1; !removeCgroups(layout, cgroup) && wait < 1024; wait *= 2)
    await new Promise((resolve) => setTimeout(resolve, wait));
};

/** Kills every process of a cgroup, in one step if the kernel has `cgroup.kill` (cgroup-v2.rst). */
export const killCgroup = (layout: CgroupLayout, cgroup: Cgroup): void => {
  const tree = unified(layout);
  if (tree && writeIfThere(`${cgroupDirectory(tree, cgroup.path)}/cgroup.kill`, '1')) return;
  // A killed process creates no children, so the lists stop growing.
  const killed = new Set<number>();
  const left = (): readonly number[] => membersOf(layout, cgroup).filter((pid) => !killed.has(pid));
  for (let pids = left(); pids.length > 0; pids = left()) {
    for (const pid of pids) {
      execute(call('kill', pid, 'SIGKILL'));
      killed.add(pid);
    }
  }
};

const writeIfThere = (path: string, text: string): boolean => {
  try {
    writeFileSync(path, text, { flag: 'r+' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

/** Whether the kernel's OOM killer has killed a process of this cgroup. */
export const wasOutOfMemory = (layout: CgroupLayout, cgroup: Cgroup): boolean =>
  memoryKills(layout, cgroup) > 0;

/** The same, counted from now on, for a cgroup with earlier OOM kills. */
export const watchMemory = (layout: CgroupLayout, cgroup: Cgroup): (() => boolean) => {
  const before = memoryKills(layout, cgroup);
  return () => memoryKills(layout, cgroup) > before;
};

/**
 * A number that grows with each OOM kill. Version 2 counts the cgroups below, also where it was the limit of the cgroup
 * above the leaf that killed; version 1 counts in the cgroup of the killed process alone, the leaf or one below it.
 */
const memoryKills = (layout: CgroupLayout, cgroup: Cgroup): number => {
  const hierarchy = hierarchyWith(layout, 'memory');
  if (!hierarchy || hierarchy.readOnly) return 0;
  const directory = cgroupDirectory(hierarchy, cgroup.path);
  return hierarchy.version === 2
    ? killsIn(`${directory}/memory.events`)
    : treeOf(directory).reduce((sum, one) => sum + killsIn(`${one}/memory.oom_control`), 0);
};

const killsIn = (file: string): number => Number(/^oom_kill (\d+)$/m.exec(readIfThere(file))?.[1] ?? 0);

/** False if the cgroup is not empty. */
export const removeDirectory = (path: string): boolean => {
  const errno = -execute(call('unlinkat', 'AT_FDCWD', path, 'AT_REMOVEDIR'));
  if (errno <= 0 || errno === errnoNumber('ENOENT')) return true;
  if (errno === errnoNumber('EBUSY') || errno === errnoNumber('ENOTEMPTY')) return false;
  throw new Error(`${path} could not be removed: ${errnoName(errno)}`);
};
