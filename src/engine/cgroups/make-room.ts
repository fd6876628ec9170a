import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { CALLERS, cgroupRoot } from '../../container/cgroups/hierarchies.ts';
import { ALL_CONTROLLERS } from '../../container/cgroups/limit-table.ts';
import { type CgroupLayout, type Hierarchy, unified } from '../../kernel/cgroup.ts';
import { readIfThere } from '../directories/read-if-there.ts';

/**
 * In a delegated subtree, such as in a container or a systemd unit, our root is not the real root, and the caller and
 * the supervisor are in it. They are moved into a leaf of their own; otherwise no limits could be delegated.
 */
export const makeRoom = (layout: CgroupLayout): void => {
  const hierarchy = unified(layout);
  if (!hierarchy || hierarchy.readOnly || !hasOurs(hierarchy)) return;
  const root = cgroupRoot(hierarchy);
  // The real root has no cgroup.type, and may hold processes.
  if (existsSync(`${root}/cgroup.type`)) moveAll(root, `${root}/${CALLERS}`);
};

const hasOurs = ({ controllers }: Hierarchy): boolean =>
  ALL_CONTROLLERS.some((controller) => controllers.includes(controller));

const moveAll = (from: string, to: string): void => {
  const processes = readIfThere(`${from}/cgroup.procs`).split('\n').filter(Boolean);
  if (processes.length > 0) mkdirSync(to, { recursive: true });
  for (const pid of processes) {
    try {
      writeFileSync(`${to}/cgroup.procs`, pid);
    } catch (error) {
      // The process has ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
};
