import { mkdirSync } from 'node:fs';
import type { Door } from '../../container/cgroups/entry.ts';
import { type Cgroup, cgroupDirectory } from '../../container/cgroups/hierarchies.ts';
import { deviceHierarchy } from '../../container/devices/hierarchy.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import { killCgroup } from './live-cgroups.ts';

/**
 * The cgroup of a container's health checks, in one hierarchy: beside that of its other processes and below the same
 * limits and device rules. No child of a check gets out of it, whatever sessions it makes, so that all are killed
 * together. It is made by the first check, and removed with the container's own.
 */
const checkCgroup = ({ path, ...cgroup }: Cgroup): Cgroup => ({ ...cgroup, path: `${path}/health` });

/** The cgroups that a check joins. */
export const checkDoors = (
  layout: CgroupLayout,
  cgroup: Cgroup,
  ofContainer: readonly Door[],
): readonly Door[] => {
  // The hierarchy in which every container has a leaf of its own: it sees nothing of a cgroup beside that.
  const hierarchy = deviceHierarchy(layout);
  if (!hierarchy) return ofContainer;
  const directory = cgroupDirectory(hierarchy, checkCgroup(cgroup).path);
  makeIfMissing(directory);
  return [...ofContainer.filter((door) => door.hierarchy !== hierarchy), { hierarchy, directory }];
};

/** Kills everything that a check has started. */
export const killChecks = (layout: CgroupLayout, cgroup: Cgroup): void =>
  killCgroup(layout, checkCgroup(cgroup));

const makeIfMissing = (directory: string): void => {
  try {
    mkdirSync(directory, 0o755);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};
