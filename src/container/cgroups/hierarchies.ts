import { oncePer } from '../../base/lazy.ts';
import type { CgroupLayout, Hierarchy } from '../../kernel/cgroup.ts';
import { deviceHierarchy } from '../devices/hierarchy.ts';

/** The cgroups of a container: the same path below the root of each hierarchy. */
export type Cgroup = {
  readonly path: string;
  /** The controllers that version 2 enables for it. */
  readonly controllers: readonly string[];
  /** The controllers of version 1 with settings that hold against the container: limits, and weights among others. */
  readonly guarded: readonly string[];
};

/**
 * The hierarchies in which a container has a cgroup: all that tscompose may change. cgroup_namespaces(7): in any other,
 * the root of its namespace would be the host's, and a user namespace of its own is enough to mount that writable.
 */
export const joined = oncePer(({ hierarchies }: CgroupLayout): readonly Hierarchy[] =>
  hierarchies.filter(({ readOnly }) => !readOnly),
);

/**
 * Whether the processes are in a leaf below the container's cgroup. What they change in the leaf, the root of their
 * namespace, does not change the limits of the cgroup above it, which holds the same ones. A hierarchy of version 1
 * without such settings costs less with one level.
 */
export const hasLeaf = (layout: CgroupLayout, hierarchy: Hierarchy, { guarded }: Cgroup): boolean =>
  hierarchy.version === 2 || hierarchy === deviceHierarchy(layout) || common(hierarchy, guarded).length > 0;

/** The directory of the container's processes, and what they see as the root: the leaf, or the cgroup itself. */
export const rootInside = (layout: CgroupLayout, hierarchy: Hierarchy, cgroup: Cgroup): string =>
  cgroupDirectory(hierarchy, hasLeaf(layout, hierarchy, cgroup) ? leafOf(cgroup.path) : cgroup.path);

export const leafOf = (path: string): string => `${path}/container`;

/** The wanted controllers that a hierarchy has. */
export const common = (hierarchy: Hierarchy, controllers: readonly string[]): readonly string[] =>
  hierarchy.controllers.filter((name) => controllers.includes(name));

/** The directory of a cgroup such as `tscompose/app/web-1`, outside of the container’s reach where it has a leaf. */
export const cgroupDirectory = (hierarchy: Hierarchy, cgroup: string): string =>
  `${cgroupRoot(hierarchy)}/${cgroup}`;

/** The parent directory of all cgroups of tscompose: the root of the hierarchy, or inside a container its cgroup. */
export const cgroupRoot = ({ mountPoint, mountRoot, own = mountPoint }: Hierarchy): string =>
  mountRoot === '/' ? mountPoint : own.endsWith(`/${CALLERS}`) ? own.slice(0, -CALLERS.length - 1) : own;

/**
 * The cgroup for processes that were in the parent directory. cgroups(7), "no internal processes" rule: a version 2
 * cgroup that enables controllers for its children cannot have processes itself.
 */
export const CALLERS = 'tscompose-callers';

/** A cgroup and its ancestors, outermost first. */
export const levelsOf = (path: string): readonly string[] =>
  path.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));

/** `unified`, or as in /proc/self/cgroup: `cpu,cpuacct`, `name=systemd`. */
export const nameOf = ({ version, controllers, name }: Hierarchy): string => {
  if (version === 2) return 'unified';
  return name === undefined ? controllers.join(',') : `name=${name}`;
};
