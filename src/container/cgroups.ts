import { latest, oncePer } from '../base/lazy.ts';
import type { CgroupLayout, Hierarchy } from '../kernel/cgroup.ts';
import { call, inside, type Step } from '../kernel/program.ts';
import { blockIoFiles } from './block-io.ts';
import type { Container, Inheritance } from './facts.ts';
import { directory, writeInside } from './files.ts';
import { controllersOf, LIMITS } from './limit-table.ts';
import { type LimitFile, limitFiles } from './limits.ts';
import { mountOptions } from './mount-options.ts';
import type { OciMount, OciResources } from './oci.ts';
import { limitsOf } from './resources.ts';

/** Where a container's cgroups are: below the root of each hierarchy that has one of these controllers. */
export type Cgroup = { readonly path: string; readonly controllers: readonly string[] };

/** The hierarchies that a container has a cgroup in: those of its controllers, and the unified one in any case. */
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

/** The directory of a cgroup such as `tscompose/app/web-1`; below our own where the root of the tree is not ours. */
export const cgroupDirectory = (hierarchy: Hierarchy, cgroup: string): string =>
  `${cgroupRoot(hierarchy)}/${cgroup}`;

/** The directory below which all of ours are. */
export const cgroupRoot = ({ mountPoint, mountRoot, own = mountPoint }: Hierarchy): string =>
  mountRoot === '/' ? mountPoint : own.endsWith(`/${LEAF}`) ? own.slice(0, -LEAF.length - 1) : own;

/** Where those go who were in that one: cgroups(7), a cgroup of version 2 that limits others has no process itself. */
export const LEAF = 'tscompose-callers';

export const cgroupOf = ({ config: { linux }, places }: Container): Cgroup => ({
  path: places.cgroup,
  controllers: controllersOf({ cpuset: linux.resources.cpu?.cpus, blockIo: linux.resources.blockIO }),
});

/** A cgroup in every hierarchy, with its limits, while nothing is in it. */
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

/** All hierarchies of a version have them in common. */
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

/** Takes hold of the doors to its cgroups, while the host’s paths can still be named. */
export const doorSteps = (layout: CgroupLayout, cgroup: Cgroup): readonly Step[] =>
  joined(layout, cgroup).map((hierarchy) =>
    inside(
      'the door to its cgroup, while the host can still be named',
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

/** Goes in by itself, before it has children that would stay behind. 0 is whoever writes. */
export const joinSteps = (layout: CgroupLayout, cgroup: Cgroup): readonly Step[] =>
  entrances(joined(layout, cgroup));

const entrances = oncePer((hierarchies: readonly Hierarchy[]): readonly Step[] =>
  hierarchies.map((hierarchy) =>
    inside(
      `is counted and limited from here on (${nameOf(hierarchy)})`,
      call('write', `$${doorName(hierarchy)}`, '0'),
    ),
  ),
);

// A thread that moves itself through `tasks` waits for nobody; `cgroup.procs` stops every fork and exit of the machine
// for a moment, but is the only way into a cgroup of version 2 that has controllers.
const doorOf = ({ version }: Hierarchy): string => (version === 1 ? 'tasks' : 'cgroup.procs');

const doorName = (hierarchy: Hierarchy): string => `${nameOf(hierarchy).replaceAll(/\W+/g, '_')}_door`;

/** /sys/fs/cgroup, as this machine has it. */
export const cgroupMountSteps = (container: Container): readonly Step[] => {
  const { config, host } = container;
  const mount = config.mounts.find(({ type }) => type === 'cgroup');
  if (!mount || host.cgroups.mode === 'none') return [];
  return treeSteps(mount, host.cgroups, joined(host.cgroups, cgroupOf(container)));
};

// The same for all containers with the same controllers.
const treeSteps = latest(
  (mount: OciMount, { mode }: CgroupLayout, hierarchies: readonly Hierarchy[]): readonly Step[] => {
    const { flags } = mountOptions(mount.options);
    const at = mount.destination;
    if (mode === 'v2') return [mountTree(at, 'cgroup2', flags, null)];
    return [
      inside(
        'a directory for the hierarchies',
        call('mount', 'tmpfs', at, 'tmpfs', 'MS_NOSUID|MS_NODEV|MS_NOEXEC', 'mode=755'),
      ),
      ...hierarchies.flatMap((hierarchy) => hierarchySteps(hierarchy, at, flags)),
      inside(
        'the directory itself is not to be changed',
        call('mount', null, at, null, 'MS_REMOUNT|MS_BIND|MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC', null),
      ),
    ];
  },
);

const hierarchySteps = (hierarchy: Hierarchy, at: string, flags: string): readonly Step[] => {
  const name = hierarchy.version === 2 ? 'unified' : hierarchy.controllers.join(',');
  const directory = `${at}/${name}`;
  return [
    inside('its own limits and counters, to be read', call('mkdirat', 'AT_FDCWD', directory, 0o755), {
      tolerate: 'EEXIST',
    }),
    hierarchy.version === 2
      ? mountTree(directory, 'cgroup2', flags, null)
      : mountTree(directory, 'cgroup', flags, name),
    ...(hierarchy.version === 1 && hierarchy.controllers.length > 1 ? hierarchy.controllers : []).map(
      (controller) =>
        inside(
          'each controller under its own name',
          call('symlinkat', name, 'AT_FDCWD', `${at}/${controller}`),
        ),
    ),
  ];
};

const mountTree = (at: string, type: 'cgroup' | 'cgroup2', flags: string, data: string | null): Step =>
  inside('its own limits and counters, to be read', call('mount', 'cgroup', at, type, flags, data));

/** The cgroups on the way to one, outermost first, itself last. */
export const levelsOf = (path: string): readonly string[] =>
  path.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));

/** The project's own and the one above it are shared; the supervisor removes them when it goes. */
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
    // cgroups(7): in version 2 a cgroup has the controllers that its parent hands down.
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

/** What version 1 wants of a cgroup before its limits can be set, or of those above it. */
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
    ...(isUnset ? write('cpuset.mems', cpuset.mems, 'without memory nodes it would take no process') : []),
    ...(isUnset && !isOwn ? write('cpuset.cpus', cpuset.cpus, 'those below it may have no other CPUs') : []),
    ...(share
      ? write('cpu.rt_runtime_us', String(share.runtime), 'what those below it have of real time, in all')
      : []),
  ];
};

const nameOf = ({ version, controllers }: Hierarchy): string =>
  version === 2 ? 'unified' : controllers.join(',');
