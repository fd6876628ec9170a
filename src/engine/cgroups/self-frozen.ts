import { writeFileSync } from 'node:fs';
import { type Cgroup, cgroupDirectory } from '../../container/cgroups/hierarchies.ts';
import { type CgroupLayout, hierarchyWith } from '../../kernel/cgroup.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import { killCgroup } from './live-cgroups.ts';
import { treeOf } from './members.ts';

/**
 * Ends the processes of a killed container that it has frozen itself: on version 1 they do not die before they are
 * thawed. All are killed first, so that none is left to freeze them again.
 */
export const endSelfFrozen = (layout: CgroupLayout, cgroup: Cgroup): void => {
  const hierarchy = hierarchyWith(layout, 'freezer');
  if (hierarchy?.version !== 1 || hierarchy.readOnly) return;
  const frozen = treeOf(cgroupDirectory(hierarchy, cgroup.path))
    .map((directory) => `${directory}/freezer.state`)
    .filter((state) => /^(FROZEN|FREEZING)$/m.test(readIfThere(state)));
  if (frozen.length === 0) return;
  killCgroup(layout, cgroup);
  for (const state of frozen) writeFileSync(state, 'THAWED');
};
