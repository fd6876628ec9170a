import { writeFileSync } from 'node:fs';
import { type Cgroup, cgroupDirectory, joined } from '../../container/cgroups/cgroups.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import { errnoName, errnoNumber } from '../../kernel/errno.ts';
import { execute } from '../../kernel/execute.ts';
import { call } from '../../kernel/program.ts';
import { readIfThere } from '../supervisor/read-if-there.ts';

/** Removes a cgroup that nothing is in any more, and that nothing is below; rmdir(2) is all that it takes. */
export const removeCgroups = (layout: CgroupLayout, cgroup: Cgroup): boolean =>
  joined(layout, cgroup)
    .map((hierarchy) => removeDirectory(cgroupDirectory(hierarchy, cgroup.path)))
    .every(Boolean);

/**
 * The same when the last process has just ended: the cgroup stays busy until the kernel has switched away from it for
 * the last time, and version 1 has no event for that.
 */
export const removeLeftCgroups = async (layout: CgroupLayout, cgroup: Cgroup): Promise<void> => {
  for (let wait = 1; !removeCgroups(layout, cgroup) && wait < 1024; wait *= 2)
    await new Promise((resolve) => setTimeout(resolve, wait));
};

/** Ends every process of a cgroup, at once where the kernel can: cgroup-v2.rst, `cgroup.kill`. */
export const killCgroup = (layout: CgroupLayout, cgroup: Cgroup): void => {
  const directories = joined(layout, cgroup).map((hierarchy) => cgroupDirectory(hierarchy, cgroup.path));
  for (const directory of directories) {
    if (writeIfThere(`${directory}/cgroup.kill`, '1')) return;
  }
  // Who has the signal makes no further process, so the lists come to have nobody new in them.
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

/** Whether the kernel has killed a process of this cgroup because its memory was used up. */
export const wasOutOfMemory = (layout: CgroupLayout, cgroup: Cgroup): boolean =>
  memoryKills(layout, cgroup) > 0;

/** The same since now, in a cgroup whose processes it may have killed before. */
export const watchMemory = (layout: CgroupLayout, cgroup: Cgroup): (() => boolean) => {
  const before = memoryKills(layout, cgroup);
  return () => memoryKills(layout, cgroup) > before;
};

/** How many it has killed so. */
const memoryKills = (layout: CgroupLayout, cgroup: Cgroup): number => {
  const hierarchy = joined(layout, cgroup).find(({ controllers }) => controllers.includes('memory'));
  if (!hierarchy) return 0;
  const file = hierarchy.version === 2 ? 'memory.events' : 'memory.oom_control';
  const kills = /^oom_kill (\d+)$/m.exec(
    readIfThere(`${cgroupDirectory(hierarchy, cgroup.path)}/${file}`),
  )?.[1];
  return Number(kills ?? 0);
};

/** False while something is in it. */
export const removeDirectory = (path: string): boolean => {
  const errno = -execute(call('unlinkat', 'AT_FDCWD', path, 'AT_REMOVEDIR'));
  if (errno <= 0 || errno === errnoNumber('ENOENT')) return true;
  if (errno === errnoNumber('EBUSY') || errno === errnoNumber('ENOTEMPTY')) return false;
  throw new Error(`${path} could not be removed: ${errnoName(errno)}`);
};
