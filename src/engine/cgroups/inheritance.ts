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
import { OURS } from '../context/identifiers.ts';
import { readIfThere } from '../directories/read-if-there.ts';

/**
 * The settings of the parent cgroups that the container's cgroups or its limits need. The kernel is read only as long as
 * they may be missing.
 */
export const inheritanceOf = (
  layout: CgroupLayout,
  cgroup: Cgroup,
  service: Service,
  others: () => readonly Service[],
): Inheritance => {
  const of = (controller: string): Hierarchy | undefined =>
    joined(layout).find(({ version, controllers }) => version === 1 && controllers.includes(controller));
  const [cpus, cpu] = [of('cpuset'), service.limits.cpuRtRuntime && of('cpu')];
  const cpuset = cpus && inheritedCpus(cpus, cgroup.path);
  if (!cpuset && !cpu) return NOTHING;
  return {
    ...(cpuset ? { cpuset } : {}),
    ...(cpu ? { realtime: realtimeShares(cpu, cgroup.path, [service, ...others()]) } : {}),
  };
};

// One object for all, so that containers share the steps that depend on it.
const NOTHING: Inheritance = {};

/**
 * The CPUs that are available to a service, in the kernel's list format: the online ones, or those of our own cgroup.
 */
export const availableCpus = (layout: CgroupLayout): string => {
  const hierarchy = hierarchyWith(layout, 'cpuset');
  const file = hierarchy?.version === 1 ? 'cpuset.cpus' : 'cpuset.cpus.effective';
  return (hierarchy && read(`${cgroupRoot(hierarchy)}/${file}`)) || read('/sys/devices/system/cpu/online');
};

// cpusets.rst: a new cpuset is empty, unless its parent has `cgroup.clone_children`. Those that we make have it.
const inheritedCpus = (hierarchy: Hierarchy, path: string): Inheritance['cpuset'] => {
  const above = levelsOf(path).slice(0, -1);
  const isOurs = above[0] === OURS;
  const levels = incompleteLevels(hierarchy, above, isOurs);
  if (isOurs && levels.length === 0) return undefined;
  const inherited = (file: string): string =>
    above.map((level) => read(`${cgroupDirectory(hierarchy, level)}/${file}`)).findLast(Boolean) ??
    read(`${cgroupRoot(hierarchy)}/${file}`);
  return {
    cpus: inherited('cpuset.cpus'),
    mems: inherited('cpuset.mems'),
    levels: isOurs ? levels : [...levels, path],
  };
};

const incompleteLevels = (
  hierarchy: Hierarchy,
  above: readonly string[],
  isOurs: boolean,
): readonly string[] => {
  let isInherited = false;
  return above.filter((level) => {
    const directory = cgroupDirectory(hierarchy, level);
    if (!isIncomplete(directory, isOurs)) isInherited = isOurs;
    // Below a complete cgroup of ours, one that is still to be made will be complete.
    else if (!isInherited || existsSync(directory)) return true;
    return false;
  });
};

const isIncomplete = (directory: string, isOurs: boolean): boolean => {
  if (complete.has(directory)) return false;
  if (read(`${directory}/cpuset.mems`) === '') return true;
  if (!isOurs) return false;
  if (read(`${directory}/cgroup.clone_children`) !== '1') return true;
  complete.add(directory);
  return false;
};

/** Directories of ours that have what their children need; they exist until this process ends. */
const complete = new Set<string>();

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
