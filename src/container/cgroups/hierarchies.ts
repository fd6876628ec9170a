import { oncePer } from '../../base/lazy.ts';
import type { CgroupLayout, Hierarchy } from '../../kernel/cgroup.ts';
import { deviceHierarchy } from '../devices/hierarchy.ts';

/** The cgroups of a container: the same path below the root of each hierarchy with one of these controllers. */
export type Cgroup = { readonly path: string; readonly controllers: readonly string[] };

/** The hierarchies in which a container has a cgroup: those of its controllers, the unified one, that of device rules. */
export const joined = (
  layout: CgroupLayout,
  { controllers }: Pick<Cgroup, 'controllers'>,
): readonly Hierarchy[] => joinedBy(layout)(controllers);

const joinedBy = oncePer((layout: CgroupLayout) =>
  oncePer((controllers: readonly string[]): readonly Hierarchy[] =>
    layout.hierarchies.filter(
      (hierarchy) =>
        !hierarchy.readOnly &&
        (hierarchy.version === 2 ||
          common(hierarchy, controllers).length > 0 ||
          hierarchy === deviceHierarchy(layout)),
    ),
  ),
);

/** The wanted controllers that a hierarchy has. */
export const common = (hierarchy: Hierarchy, controllers: readonly string[]): readonly string[] =>
  hierarchy.controllers.filter((name) => controllers.includes(name));

/** The directory of a cgroup such as `tscompose/app/web-1`. */
export const cgroupDirectory = (hierarchy: Hierarchy, cgroup: string): string =>
  `${cgroupRoot(hierarchy)}/${cgroup}`;

/** The parent directory of all cgroups of tscompose: the root of the hierarchy, or inside a container its cgroup. */
export const cgroupRoot = ({ mountPoint, mountRoot, own = mountPoint }: Hierarchy): string =>
  mountRoot === '/' ? mountPoint : own.endsWith(`/${LEAF}`) ? own.slice(0, -LEAF.length - 1) : own;

/**
 * The cgroup for processes that were in the parent directory. cgroups(7), "no internal processes" rule: a version 2
 * cgroup that enables controllers for its children cannot have processes itself.
 */
export const LEAF = 'tscompose-callers';

/** A cgroup and its ancestors, outermost first. */
export const levelsOf = (path: string): readonly string[] =>
  path.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));

/** `cpu,cpuacct`, or `unified`. */
export const nameOf = ({ version, controllers }: Hierarchy): string =>
  version === 2 ? 'unified' : controllers.join(',');
