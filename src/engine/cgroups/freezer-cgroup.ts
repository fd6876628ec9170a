import { basename } from 'node:path';
import { type Cgroup, cgroupDirectory, joined } from '../../container/cgroups/hierarchies.ts';
import { type CgroupLayout, type Hierarchy, hierarchyWith } from '../../kernel/cgroup.ts';
import { OURS } from '../supervisor/names.ts';

/** The cgroup of a container in the freezer hierarchy of version 1. */
export type FreezerCgroup = {
  readonly hierarchy: Hierarchy;
  readonly directory: string;
  /** The container is in it only while it is paused, because each hierarchy costs time at a start. */
  readonly isTemporary: boolean;
};

/** Undefined if this machine has no such hierarchy. */
export const freezerCgroup = (layout: CgroupLayout, cgroup: Cgroup): FreezerCgroup | undefined => {
  const hierarchy = hierarchyWith(layout, 'freezer');
  if (hierarchy?.version !== 1 || hierarchy.readOnly) return undefined;
  const isTemporary = !joined(layout, cgroup).includes(hierarchy);
  const path = isTemporary ? `${OURS}/${basename(cgroup.path)}` : cgroup.path;
  return { hierarchy, directory: cgroupDirectory(hierarchy, path), isTemporary };
};
