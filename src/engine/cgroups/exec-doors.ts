import { existsSync } from 'node:fs';
import { type Door, doorsOf } from '../../container/cgroups/entry.ts';
import { type Cgroup, cgroupDirectory, nameOf } from '../../container/cgroups/hierarchies.ts';
import type { CgroupLayout, Hierarchy } from '../../kernel/cgroup.ts';
import { readIfThere } from '../directories/read-if-there.ts';

/**
 * The cgroups that an exec process joins: those of the container's PID 1, which may have moved into one that it created
 * below its leaf. On version 2 it then cannot be joined itself: cgroups(7), "no internal processes" rule.
 */
export const execDoors = (layout: CgroupLayout, cgroup: Cgroup, pid: number): readonly Door[] => {
  const memberships = readIfThere(`/proc/${pid}/cgroup`);
  return doorsOf(layout, cgroup).flatMap(({ hierarchy, directory }): readonly Door[] => {
    const below = pathBelow(memberships, hierarchy, cgroup.path);
    if (below !== undefined)
      return [{ hierarchy, directory: cgroupDirectory(hierarchy, `${cgroup.path}${below}`) }];
    // A container of an earlier version is not in every hierarchy.
    return existsSync(directory) ? [{ hierarchy, directory }] : [];
  });
};

/**
 * `/container` for `4:memory:/tscompose/app/web-1/container`; undefined outside of the container's cgroup. The path
 * begins with our own cgroup if our root is not the root of the tree.
 */
export const pathBelow = (memberships: string, hierarchy: Hierarchy, path: string): string | undefined => {
  const key = hierarchy.version === 2 ? '0::' : `:${nameOf(hierarchy)}:`;
  const line = memberships.split('\n').find((one) => one.replace(/^[1-9]\d*/, '').startsWith(key));
  const found = line === undefined ? -1 : `${line}/`.indexOf(`/${path}/`);
  return line === undefined || found < 0 ? undefined : line.slice(found + path.length + 1);
};
