import { existsSync } from 'node:fs';
import {
  type Cgroup,
  cgroupDirectory,
  cgroupRoot,
  joined,
  levelsOf,
} from '../../container/cgroups/hierarchies.ts';
import type { Inheritance } from '../../container/facts.ts';
import { type CgroupLayout, type Hierarchy, hierarchyWith } from '../../kernel/cgroup.ts';
import type { Service } from '../../project/model/project.ts';
import { OURS } from '../supervisor/names.ts';
import { readIfThere } from '../supervisor/read-if-there.ts';

/**
 * The settings of the parent cgroups that a service's limits need; the kernel is read only if there are such limits.
 */
export const inheritanceOf = (
  layout: CgroupLayout,
  cgroup: Cgroup,
  service: Service,
  others: () => readonly Service[],
): Inheritance => {
  const { cpuset, cpuRtRuntime } = service.limits;
  if (cpuset === undefined && cpuRtRuntime === undefined) return NOTHING;
  const hierarchies = joined(layout, cgroup).filter(({ version }) => version === 1);
  const of = (controller: string): Hierarchy | undefined =>
    hierarchies.find(({ controllers }) => controllers.includes(controller));
  const [cpus, cpu] = [cpuset && of('cpuset'), cpuRtRuntime && of('cpu')];
  return {
    ...(cpus ? { cpuset: inheritedCpus(cpus, cgroup.path) } : {}),
    ...(cpu ? { realtime: realtimeShares(cpu, cgroup.path, [service, ...others()]) } : {}),
  };
};

const NOTHING: Inheritance = {};

/**
 * The CPUs that are available to a service, in the kernel's list format: the online ones, or those of our own cgroup.
 */
export const availableCpus = (layout: CgroupLayout): string => {
  const hierarchy = hierarchyWith(layout, 'cpuset');
  const file = hierarchy?.version === 1 ? 'cpuset.cpus' : 'cpuset.cpus.effective';
  return (hierarchy && read(`${cgroupRoot(hierarchy)}/${file}`)) || read('/sys/devices/system/cpu/online');
};

const inheritedCpus = (hierarchy: Hierarchy, path: string): NonNullable<Inheritance['cpuset']> => {
  const above = levelsOf(path).slice(0, -1);
  const inherited = (file: string): string =>
    above.map((level) => read(`${cgroupDirectory(hierarchy, level)}/${file}`)).findLast(Boolean) ??
    read(`${cgroupRoot(hierarchy)}/${file}`);
  return {
    cpus: inherited('cpuset.cpus'),
    mems: inherited('cpuset.mems'),
    levels: above.filter((level) => read(`${cgroupDirectory(hierarchy, level)}/cpuset.mems`) === ''),
  };
};

/**
 * sched-rt-group.rst: the real-time shares of child cgroups never exceed their parent's. The tscompose cgroup has the
 * whole share, and each project as much as its services need; cgroups of other programs are not changed.
 */
const realtimeShares = (
  hierarchy: Hierarchy,
  path: string,
  services: readonly Service[],
): NonNullable<Inheritance['realtime']> => {
  const above = levelsOf(path).slice(0, -1);
  const sum = services.reduce((total, { limits: { cpuRtRuntime = 0, cpuRtPeriod = SECOND } }) => {
    return total + (cpuRtRuntime / cpuRtPeriod) * SECOND;
  }, 0);
  const all = Number(read(`${cgroupRoot(hierarchy)}/cpu.rt_runtime_us`));
  // The kernel has no real-time shares.
  if (!all) return [];
  const share = Math.min(Math.ceil(sum), all);
  return above.flatMap((level) => {
    if (level === OURS) return [{ level, runtime: all }];
    const isTheirs = !path.startsWith(`${OURS}/`) && existsSync(cgroupDirectory(hierarchy, level));
    return isTheirs ? [] : [{ level, runtime: share }];
  });
};

/** The default real-time period, in microseconds. */
const SECOND = 1_000_000;

const read = (path: string): string => readIfThere(path).trim();
