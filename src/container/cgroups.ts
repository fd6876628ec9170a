import { oncePer } from '../base/lazy.ts';
import type { CgroupLayout, Hierarchy } from '../kernel/cgroup.ts';
import { call, inside, type Step } from '../kernel/program.ts';
import type { Limits } from '../project/model/project.ts';
import type { Container } from './facts.ts';
import { directory, writeInside } from './files.ts';
import { limitFiles, PERIOD } from './limits.ts';
import { mountOptions } from './mount-options.ts';
import type { OciResources } from './oci.ts';

/** Controllers that every container is put under, with a limit or without: they count, and tell of kills. */
const CONTROLLERS = ['memory', 'cpu', 'cpuacct', 'pids'];

/** The hierarchies that a container has a cgroup in: those of our controllers, and the unified one in any case. */
export const joined = oncePer((layout: CgroupLayout): readonly Hierarchy[] =>
  layout.hierarchies.filter(
    (hierarchy) => !hierarchy.readOnly && (hierarchy.version === 2 || ours(hierarchy).length > 0),
  ),
);

const ours = ({ controllers }: Hierarchy): readonly string[] =>
  controllers.filter((name) => CONTROLLERS.includes(name));

/** The directory of a cgroup such as `tscompose/app/web-1`; below our own where the root of the tree is not ours. */
export const cgroupDirectory = ({ mountPoint, mountRoot, own }: Hierarchy, cgroup: string): string =>
  `${mountRoot === '/' ? mountPoint : (own ?? mountPoint)}/${cgroup}`;

/** A cgroup in every hierarchy, with its limits, while nothing is in it. */
export const limitSteps = ({ config, places, host, from }: Container): readonly Step[] => {
  const limits = limitsOf(config.linux.resources);
  return joined(host.cgroups).flatMap((hierarchy) => [
    ...directorySteps(hierarchy, places.cgroup),
    ...limitFiles(limits, hierarchy.version)
      .filter(({ controller }) => hierarchy.controllers.includes(controller))
      .flatMap(({ file, value, from: key, optional }) => {
        const origin = from(KEYS[key]);
        return writeInside(
          `${cgroupDirectory(hierarchy, places.cgroup)}/${file}`,
          value,
          WHY[key],
          origin === undefined ? {} : { from: origin },
          optional ? { tolerate: 'ENOENT', skip: 1 } : {},
        );
      }),
  ]);
};

/** The limits that no hierarchy of this machine can set, by their Compose key. */
export const missingControllers = (
  limits: Limits,
  layout: CgroupLayout,
): readonly { readonly key: string; readonly controller: string }[] =>
  limitFiles(limits, 2)
    .filter(({ optional }) => !optional)
    .filter(({ controller }) => !joined(layout).some(({ controllers }) => controllers.includes(controller)))
    .map(({ controller, from }) => ({ key: KEYS[from], controller }));

/** Takes hold of the doors to its cgroups, while the host’s paths can still be named. */
export const doorSteps = (layout: CgroupLayout, cgroup: string): readonly Step[] =>
  joined(layout).map((hierarchy) =>
    inside(
      'the door to its cgroup, while the host can still be named',
      call(
        'openat',
        'AT_FDCWD',
        `${cgroupDirectory(hierarchy, cgroup)}/${doorOf(hierarchy)}`,
        'O_WRONLY|O_CLOEXEC',
        0,
      ),
      { as: doorName(hierarchy) },
    ),
  );

/** Goes in by itself, before it has children that would stay behind. 0 is whoever writes. */
export const joinSteps = oncePer((layout: CgroupLayout): readonly Step[] =>
  joined(layout).map((hierarchy) =>
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

/** cgroup_namespaces(7): its root is where the process is now, so it comes after the attachment and not before. */
export const cgroupNamespaceSteps: readonly Step[] = [
  inside('sees its own cgroup as the root of all', call('unshare', 'CLONE_NEWCGROUP')),
];

/** /sys/fs/cgroup, as this machine has it. */
export const cgroupMountSteps = ({ config, host }: Container): readonly Step[] => {
  const mount = config.mounts.find(({ type }) => type === 'cgroup');
  if (!mount || host.cgroups.mode === 'none') return [];
  const { flags } = mountOptions(mount.options);
  const at = mount.destination;
  if (host.cgroups.mode === 'v2') return [mountTree(at, 'cgroup2', flags, null)];
  return [
    inside(
      'a directory for the hierarchies',
      call('mount', 'tmpfs', at, 'tmpfs', 'MS_NOSUID|MS_NODEV|MS_NOEXEC', 'mode=755'),
    ),
    ...joined(host.cgroups).flatMap((hierarchy) => hierarchySteps(hierarchy, at, flags)),
    inside(
      'the directory itself is not to be changed',
      call('mount', null, at, null, 'MS_REMOUNT|MS_BIND|MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC', null),
    ),
  ];
};

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

const directorySteps = (hierarchy: Hierarchy, cgroup: string): readonly Step[] => {
  const levels = cgroup.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));
  const controllers = hierarchy.version === 2 ? ours(hierarchy) : [];
  const why = `a cgroup (${nameOf(hierarchy)})`;
  return levels.flatMap((level) => {
    const parent = cgroupDirectory(hierarchy, level).slice(0, -(level.split('/').at(-1)!.length + 1));
    return [
      // cgroups(7): in version 2 a cgroup has the controllers that its parent hands down.
      ...(controllers.length > 0
        ? writeInside(
            `${parent}/cgroup.subtree_control`,
            controllers.map((name) => `+${name}`).join(' '),
            why,
          )
        : []),
      // The project's own and the one above it are shared; the supervisor removes them when it goes.
      directory(inside, cgroupDirectory(hierarchy, level), why, { isShared: level !== cgroup }),
    ];
  });
};

const nameOf = ({ version, controllers }: Hierarchy): string =>
  version === 2 ? 'unified' : controllers.join(',');

const KEYS: Readonly<Record<keyof Limits, string>> = {
  memory: 'memory',
  memorySwap: 'memswap_limit',
  cpus: 'cpus',
  cpuShares: 'cpu_shares',
  cpuQuota: 'cpu_quota',
  cpuPeriod: 'cpu_period',
  memoryReservation: 'mem_reservation',
  pids: 'pids_limit',
};

const WHY: Readonly<Record<keyof Limits, string>> = {
  memory: 'it may use this much memory; beyond it the kernel kills',
  memorySwap: 'memory and swap together, so that swap is no way around the limit',
  cpus: 'it may run this long in every period',
  cpuShares: 'its weight when CPUs are short',
  cpuQuota: 'it may run this long in every period',
  cpuPeriod: 'the length of the period of its quota',
  memoryReservation: 'this much memory is left to it when others want some',
  pids: 'it may have this many processes and threads',
};

const limitsOf = ({ memory, cpu, pids }: OciResources): Limits => ({
  ...(memory?.limit === undefined ? {} : { memory: memory.limit }),
  ...(memory?.swap === undefined ? {} : { memorySwap: memory.swap }),
  ...(memory?.reservation === undefined ? {} : { memoryReservation: memory.reservation }),
  ...cpuTimeOf(cpu),
  ...(cpu?.shares === undefined ? {} : { cpuShares: cpu.shares }),
  ...(pids === undefined ? {} : { pids: pids.limit }),
});

/** `cpus` is a quota of the usual period. */
const cpuTimeOf = ({ quota, period }: NonNullable<OciResources['cpu']> = {}): Limits => {
  if (quota !== undefined && period === PERIOD) return { cpus: quota / period };
  return {
    ...(quota === undefined ? {} : { cpuQuota: quota }),
    ...(period === undefined ? {} : { cpuPeriod: period }),
  };
};
