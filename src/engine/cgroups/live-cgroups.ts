import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Cgroup, cgroupDirectory, joined } from '../../container/cgroups/hierarchies.ts';
import { type CgroupLayout, unified } from '../../kernel/cgroup.ts';
import { errnoName, errnoNumber } from '../../kernel/errno.ts';
import { execute } from '../../kernel/execute.ts';
import { call } from '../../kernel/program.ts';
import { readIfThere } from '../supervisor/read-if-there.ts';
import { freezerCgroup } from './freezer-cgroup.ts';

/** Removes an empty cgroup without children, with rmdir(2). */
export const removeCgroups = (layout: CgroupLayout, cgroup: Cgroup): boolean =>
  [
    removeFreezerCgroup(layout, cgroup),
    ...joined(layout, cgroup).map((hierarchy) => removeDirectory(cgroupDirectory(hierarchy, cgroup.path))),
  ].every(Boolean);

/** A paused container that was killed leaves its cgroup of the freezer busy for a moment. */
export const removeFreezerCgroup = (layout: CgroupLayout, cgroup: Cgroup): boolean => {
  // Where version 2 has a freezer, that of version 1 is not used.
  const place = unified(layout) ? undefined : freezerCgroup(layout, cgroup);
  if (!place?.isTemporary || !existsSync(place.directory)) return true;
  const isRemoved = removeDirectory(place.directory);
  removeDirectory(dirname(place.directory));
  return isRemoved;
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
  const directories = joined(layout, cgroup).map((hierarchy) => cgroupDirectory(hierarchy, cgroup.path));
  for (const directory of directories) {
    if (writeIfThere(`${directory}/cgroup.kill`, '1')) return;
  }
  // A killed process creates no children, so the lists stop growing.
  const killed = new Set<number>();
  const left = (): readonly number[] => processesOf(directories).filter((pid) => !killed.has(pid));
  for (let pids = left(); pids.length > 0; pids = left()) {
    for (const pid of pids) {
      execute(call('kill', pid, 'SIGKILL'));
      killed.add(pid);
    }
  }
};

const processesOf = ([directory]: readonly string[]): readonly number[] =>
  readIfThere(`${directory}/cgroup.procs`).split('\n').filter(Boolean).map(Number);

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

/** The number of OOM kills. */
const memoryKills = (layout: CgroupLayout, cgroup: Cgroup): number => {
  const hierarchy = joined(layout, cgroup).find(({ controllers }) => controllers.includes('memory'));
  if (!hierarchy) return 0;
  const file = hierarchy.version === 2 ? 'memory.events' : 'memory.oom_control';
  const kills = /^oom_kill (\d+)$/m.exec(
    readIfThere(`${cgroupDirectory(hierarchy, cgroup.path)}/${file}`),
  )?.[1];
  return Number(kills ?? 0);
};

/** False if the cgroup is not empty. */
export const removeDirectory = (path: string): boolean => {
  const errno = -execute(call('unlinkat', 'AT_FDCWD', path, 'AT_REMOVEDIR'));
  if (errno <= 0 || errno === errnoNumber('ENOENT')) return true;
  if (errno === errnoNumber('EBUSY') || errno === errnoNumber('ENOTEMPTY')) return false;
  throw new Error(`${path} could not be removed: ${errnoName(errno)}`);
};
