import { latest, latestAlike, oncePer } from '../../base/lazy.ts';
import type { CgroupLayout, Hierarchy } from '../../kernel/cgroup.ts';
import { inside, type Step } from '../../kernel/program/program.ts';
import { deviceHierarchy } from '../devices/hierarchy.ts';
import { ruleSteps } from '../devices/steps.ts';
import type { Container, Inheritance } from '../facts.ts';
import type { OciResources } from '../oci.ts';
import { directory, writeInside } from '../root/files.ts';
import { blockIoFiles } from './block-io.ts';
import {
  type Cgroup,
  cgroupDirectory,
  common,
  hasLeaf,
  joined,
  leafOf,
  levelsOf,
  nameOf,
} from './hierarchies.ts';
import { controllersOf, guardedBy, LIMITS } from './limit-table.ts';
import { type LimitFile, limitFiles } from './limits.ts';
import { limitsOf } from './resources.ts';

export const cgroupOf = ({ config: { linux }, places }: Container): Cgroup => {
  const { controllers, guarded } = controllersFor(linux.resources);
  return { path: places.cgroup, controllers, guarded };
};

// Shared by all containers with the same limits.
const controllersFor = latestAlike((resources: OciResources) => ({
  controllers: controllersOf({ cpuset: resources.cpu?.cpus, blockIo: resources.blockIO }),
  guarded: guardedBy({ ...limitsOf(resources), blockIo: resources.blockIO }),
}));

/**
 * Creates the cgroups, and sets their limits and the device rules while they are empty; limits also in the leaf.
 */
export const limitSteps = (container: Container): readonly Step[] => {
  const { config, host, inheritance } = container;
  const cgroup = cgroupOf(container);
  const { path, controllers } = cgroup;
  return writesOf(host.cgroups, config.linux.resources).flatMap(({ hierarchy, writes }) => {
    const own = hasLeaf(host.cgroups, hierarchy, cgroup) ? [path, leafOf(path)] : [path];
    return [
      ...sharedDirectorySteps(hierarchy)(path.slice(0, path.lastIndexOf('/')), controllers, inheritance),
      ...own.flatMap((level) => [
        ...levelSteps(hierarchy, level, controllers, inheritance, false),
        ...writes.flatMap(({ opened, write }) => [opened(cgroupDirectory(hierarchy, level)), write]),
        // devices.rst: a rule for all devices is refused in a cgroup with children.
        ...(level === path && hierarchy === deviceHierarchy(host.cgroups) ? ruleSteps(container) : []),
      ]),
    ];
  });
};

// Shared by all containers with the same limits.
const writesOf = latestAlike((layout: CgroupLayout, resources: OciResources) => {
  const limits = limitsOf(resources);
  return joined(layout).map((hierarchy) => {
    const { version, controllers } = hierarchy;
    const files = [...limitFiles(limits, version), ...blockIoFiles(resources.blockIO, version)];
    return {
      hierarchy,
      writes: files.filter(({ controller }) => controllers.includes(controller)).map(writeOf),
    };
  });
});

/** The two steps of a limit. Only the first one contains the directory. */
const writeOf = ({ file, value, from, key, ifMissing, tolerate }: LimitFile) => {
  const why = LIMITS[from].why;
  const opening = ifMissing === 'error' ? {} : ({ tolerate: 'ENOENT', skip: 1 } as const);
  const steps = (directory: string): readonly Step[] =>
    writeInside(`${directory}/${file}`, value, why, { from: key }, opening);
  const [, write] = steps('');
  return {
    opened: (directory: string): Step => steps(directory)[0]!,
    write: tolerate ? { ...write!, tolerate } : write!,
  };
};

/** The cgroups above the container's own are shared; the supervisor removes them when it ends. */
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
    ...inheritanceSteps(hierarchy, level, inheritance),
  ];
};

/** Settings that version 1 requires in a cgroup or its ancestors before limits can be set or processes can join. */
const inheritanceSteps = (
  hierarchy: Hierarchy,
  level: string,
  { cpuset, realtime = [] }: Inheritance,
): readonly Step[] => {
  if (hierarchy.version === 2) return [];
  const write = (file: string, value: string, why: string): readonly Step[] =>
    writeInside(`${cgroupDirectory(hierarchy, level)}/${file}`, value, why);
  const { controllers } = hierarchy;
  const share = controllers.includes('cpu') ? realtime.find((one) => one.level === level) : undefined;
  return [
    ...(controllers.includes('cpuset') && cpuset?.levels.includes(level)
      ? [
          ...write('cpuset.mems', cpuset.mems, 'a cpuset without memory nodes accepts no process'),
          ...write('cpuset.cpus', cpuset.cpus, 'a cpuset without CPUs accepts no process'),
          ...write(
            'cgroup.clone_children',
            '1',
            'new cpusets below begin with the CPUs and nodes of this one',
          ),
        ]
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
