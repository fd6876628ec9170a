import { latest, oncePer } from '../../base/lazy.ts';
import type { CgroupLayout, Hierarchy } from '../../kernel/cgroup.ts';
import { call, inside, type Step } from '../../kernel/program.ts';
import type { Container, Inheritance } from '../facts.ts';
import type { OciMount, OciResources } from '../oci.ts';
import { directory, writeInside } from '../root/files.ts';
import { mountOptions } from '../root/mount-options.ts';
import { blockIoFiles } from './block-io.ts';
import { controllersOf, LIMITS } from './limit-table.ts';
import { type LimitFile, limitFiles } from './limits.ts';
import { limitsOf } from './resources.ts';

/** The cgroups of a container: the same path below the root of each hierarchy with one of these controllers. */
export type Cgroup = { readonly path: string; readonly controllers: readonly string[] };

/** The hierarchies in which a container has a cgroup: those of its controllers, and always the unified one. */
export const joined = (
  layout: CgroupLayout,
  { controllers }: Pick<Cgroup, 'controllers'>,
): readonly Hierarchy[] => joinedBy(layout)(controllers);

const joinedBy = oncePer((layout: CgroupLayout) =>
  oncePer((controllers: readonly string[]): readonly Hierarchy[] =>
    layout.hierarchies.filter(
      (hierarchy) =>
        !hierarchy.readOnly && (hierarchy.version === 2 || common(hierarchy, controllers).length > 0),
    ),
  ),
);

const common = (hierarchy: Hierarchy, controllers: readonly string[]): readonly string[] =>
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

export const cgroupOf = ({ config: { linux }, places }: Container): Cgroup => ({
  path: places.cgroup,
  controllers: controllersOf({ cpuset: linux.resources.cpu?.cpus, blockIo: linux.resources.blockIO }),
});

/** Creates the cgroups and sets their limits while they are empty. */
export const limitSteps = (container: Container): readonly Step[] => {
  const { config, host, from } = container;
  const cgroup = cgroupOf(container);
  const files = filesOf(config.linux.resources);
  return joined(host.cgroups, cgroup).flatMap((hierarchy) => [
    ...directorySteps(hierarchy, cgroup, container.inheritance),
    ...files(hierarchy.version)
      .filter(({ controller }) => hierarchy.controllers.includes(controller))
      .flatMap((file) => limitFileSteps(cgroupDirectory(hierarchy, cgroup.path), file, from(file.key))),
  ]);
};

/** All hierarchies of a version use the same files. */
const filesOf = (resources: OciResources): ((version: Hierarchy['version']) => readonly LimitFile[]) => {
  const limits = limitsOf(resources);
  return latest((version) => [...limitFiles(limits, version), ...blockIoFiles(resources.blockIO, version)]);
};

const limitFileSteps = (
  directory: string,
  { file, value, from, ifMissing, tolerate }: LimitFile,
  key: string | undefined,
): readonly Step[] => {
  const origin = key === undefined ? {} : { from: key };
  const opening = ifMissing === 'error' ? {} : ({ tolerate: 'ENOENT', skip: 1 } as const);
  const [open, write] = writeInside(`${directory}/${file}`, value, LIMITS[from].why, origin, opening);
  return [open!, tolerate ? { ...write!, tolerate } : write!];
};

/** Opens the files through which the process joins its cgroups, while paths of the host are still reachable. */
export const doorSteps = (layout: CgroupLayout, cgroup: Cgroup): readonly Step[] =>
  joined(layout, cgroup).map((hierarchy) =>
    inside(
      'opened while paths of the host are still reachable, to join the cgroup later',
      call(
        'openat',
        'AT_FDCWD',
        `${cgroupDirectory(hierarchy, cgroup.path)}/${doorOf(hierarchy)}`,
        'O_WRONLY|O_CLOEXEC',
        0,
      ),
      { as: doorName(hierarchy) },
    ),
  );

/** Joins the cgroups before there are children, which would not move along. `0` is the writing process. */
export const joinSteps = (layout: CgroupLayout, cgroup: Cgroup): readonly Step[] =>
  entrances(joined(layout, cgroup));

const entrances = oncePer((hierarchies: readonly Hierarchy[]): readonly Step[] =>
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

/** Mounts /sys/fs/cgroup, with the same cgroup versions as on the host. */
export const cgroupMountSteps = (container: Container): readonly Step[] => {
  const { config, host } = container;
  const mount = config.mounts.find(({ type }) => type === 'cgroup');
  if (!mount || host.cgroups.mode === 'none') return [];
  return treeSteps(mount, host.cgroups, joined(host.cgroups, cgroupOf(container)));
};

// Shared by all containers with the same controllers.
const treeSteps = latest(
  (mount: OciMount, { mode }: CgroupLayout, hierarchies: readonly Hierarchy[]): readonly Step[] => {
    const { flags } = mountOptions(mount.options);
    const at = mount.destination;
    if (mode === 'v2') return [mountTree(at, 'cgroup2', flags, null)];
    return [
      inside(
        'a directory for the mount points of the hierarchies',
        call('mount', 'tmpfs', at, 'tmpfs', 'MS_NOSUID|MS_NODEV|MS_NOEXEC', 'mode=755'),
      ),
      ...hierarchies.flatMap((hierarchy) => hierarchySteps(hierarchy, at, flags)),
      inside(
        'the directory of the mount points is read-only',
        call('mount', null, at, null, 'MS_REMOUNT|MS_BIND|MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC', null),
      ),
    ];
  },
);

const hierarchySteps = (hierarchy: Hierarchy, at: string, flags: string): readonly Step[] => {
  const name = hierarchy.version === 2 ? 'unified' : hierarchy.controllers.join(',');
  const directory = `${at}/${name}`;
  return [
    inside('limits and usage of the container itself', call('mkdirat', 'AT_FDCWD', directory, 0o755), {
      tolerate: 'EEXIST',
    }),
    hierarchy.version === 2
      ? mountTree(directory, 'cgroup2', flags, null)
      : mountTree(directory, 'cgroup', flags, name),
    ...(hierarchy.version === 1 && hierarchy.controllers.length > 1 ? hierarchy.controllers : []).map(
      (controller) =>
        inside(
          'a link for each controller of the hierarchy',
          call('symlinkat', name, 'AT_FDCWD', `${at}/${controller}`),
        ),
    ),
  ];
};

const mountTree = (at: string, type: 'cgroup' | 'cgroup2', flags: string, data: string | null): Step =>
  inside('limits and usage of the container itself', call('mount', 'cgroup', at, type, flags, data));

/** A cgroup and its ancestors, outermost first. */
export const levelsOf = (path: string): readonly string[] =>
  path.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));

/** The cgroups above the container's own are shared; the supervisor removes them when it ends. */
const directorySteps = (
  hierarchy: Hierarchy,
  { path, controllers }: Cgroup,
  inheritance: Inheritance,
): readonly Step[] => {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return [
    ...sharedDirectorySteps(hierarchy)(parent, controllers, inheritance),
    ...levelSteps(hierarchy, path, controllers, inheritance, false),
  ];
};

const sharedDirectorySteps = oncePer((hierarchy: Hierarchy) =>
  latest((path: string, controllers: readonly string[], inheritance: Inheritance): readonly Step[] =>
    levelsOf(path).flatMap((level) => levelSteps(hierarchy, level, controllers, inheritance, true)),
  ),
);

const levelSteps = (
  hierarchy: Hierarchy,
  level: string,
  wanted: readonly string[],
  inheritance: Inheritance,
  isShared: boolean,
): readonly Step[] => {
  const controllers = hierarchy.version === 2 ? common(hierarchy, wanted) : [];
  const why = `a cgroup (${nameOf(hierarchy)})`;
  const path = cgroupDirectory(hierarchy, level);
  return [
    // cgroups(7): a version 2 cgroup has the controllers in `cgroup.subtree_control` of its parent.
    ...(controllers.length > 0
      ? writeInside(
          `${path.slice(0, path.lastIndexOf('/'))}/cgroup.subtree_control`,
          controllers.map((name) => `+${name}`).join(' '),
          why,
        )
      : []),
    directory(inside, path, why, { isShared }),
    ...inheritanceSteps(hierarchy, level, !isShared, inheritance),
  ];
};

/** Settings that version 1 requires in a cgroup or its ancestors before limits can be set or processes can join. */
const inheritanceSteps = (
  hierarchy: Hierarchy,
  level: string,
  isOwn: boolean,
  { cpuset, realtime = [] }: Inheritance,
): readonly Step[] => {
  if (hierarchy.version === 2) return [];
  const write = (file: string, value: string, why: string): readonly Step[] =>
    writeInside(`${cgroupDirectory(hierarchy, level)}/${file}`, value, why);
  const { controllers } = hierarchy;
  const isUnset = controllers.includes('cpuset') && cpuset && (isOwn || cpuset.levels.includes(level));
  const share = controllers.includes('cpu') ? realtime.find((one) => one.level === level) : undefined;
  return [
    ...(isUnset ? write('cpuset.mems', cpuset.mems, 'a cpuset without memory nodes accepts no process') : []),
    ...(isUnset && !isOwn
      ? write('cpuset.cpus', cpuset.cpus, 'a child cpuset can have only CPUs of its parent')
      : []),
    ...(share
      ? write(
          'cpu.rt_runtime_us',
          String(share.runtime),
          'the sum of the real-time shares of the cgroups below',
        )
      : []),
  ];
};

const nameOf = ({ version, controllers }: Hierarchy): string =>
  version === 2 ? 'unified' : controllers.join(',');
