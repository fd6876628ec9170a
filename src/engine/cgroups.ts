import { type Cgroup, cgroupDirectory, joined } from '../container/cgroups.ts';
import type { CgroupLayout } from '../kernel/cgroup.ts';
import { errnoName, errnoNumber } from '../kernel/errno.ts';
import { execute } from '../kernel/execute.ts';
import { call } from '../kernel/program.ts';
import { readIfThere } from './read-if-there.ts';

/** Removes a cgroup that nothing is in any more, and that nothing is below; rmdir(2) is all that it takes. */
export const removeCgroups = (layout: CgroupLayout, cgroup: Cgroup): boolean =>
  joined(layout, cgroup)
    .map((hierarchy) => removeEmpty(cgroupDirectory(hierarchy, cgroup.path)))
    .every(Boolean);

/**
 * The same when the last process has just ended: the cgroup stays busy until the kernel has switched away from it for
 * the last time, and version 1 has no event for that.
 */
export const removeLeftCgroups = async (layout: CgroupLayout, cgroup: Cgroup): Promise<void> => {
  for (let wait = 1; !removeCgroups(layout, cgroup) && wait < 1024; wait *= 2)
    await new Promise((resolve) => setTimeout(resolve, wait));
};

/** Whether the kernel has killed a process of this cgroup because its memory was used up. */
export const wasOutOfMemory = (layout: CgroupLayout, cgroup: Cgroup): boolean =>
  memoryKills(layout, cgroup) > 0;

/** How many it has killed so. */
export const memoryKills = (layout: CgroupLayout, cgroup: Cgroup): number => {
  const hierarchy = joined(layout, cgroup).find(({ controllers }) => controllers.includes('memory'));
  if (!hierarchy) return 0;
  const file = hierarchy.version === 2 ? 'memory.events' : 'memory.oom_control';
  const kills = /^oom_kill (\d+)$/m.exec(
    readIfThere(`${cgroupDirectory(hierarchy, cgroup.path)}/${file}`),
  )?.[1];
  return Number(kills ?? 0);
};

const removeEmpty = (path: string): boolean => {
  const errno = -execute(call('unlinkat', 'AT_FDCWD', path, 'AT_REMOVEDIR'));
  if (errno <= 0 || errno === errnoNumber('ENOENT')) return true;
  if (errno === errnoNumber('EBUSY') || errno === errnoNumber('ENOTEMPTY')) return false;
  throw new Error(`${path} could not be removed: ${errnoName(errno)}`);
};
