import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cgroupRoot, LEAF } from '../../container/cgroups/cgroups.ts';
import { ALL_CONTROLLERS } from '../../container/cgroups/limit-table.ts';
import { type CgroupLayout, type Hierarchy, unified } from '../../kernel/cgroup.ts';
import { readIfThere } from '../supervisor/read-if-there.ts';

/**
 * In a part of the tree that was given to us, as to a container or a unit of systemd, our root is no true one, and the
 * caller and the supervisor are in it: they go into a leaf of their own, or no limit could be handed down.
 */
export const makeRoom = (layout: CgroupLayout): void => {
  const hierarchy = unified(layout);
  if (!hierarchy || hierarchy.readOnly || !hasOurs(hierarchy)) return;
  const root = cgroupRoot(hierarchy);
  // A true root has no cgroup.type, and may hold processes all the same.
  if (existsSync(`${root}/cgroup.type`)) moveAll(root, `${root}/${LEAF}`);
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
      // It has ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
};
