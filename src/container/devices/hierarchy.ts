import { oncePer } from '../../base/lazy.ts';
import { type CgroupLayout, type Hierarchy, hierarchyWith, unified } from '../../kernel/cgroup.ts';

/**
 * The hierarchy with the device rules of containers; undefined if this machine cannot restrict device nodes. The
 * unified hierarchy takes a program, also on a hybrid host, where the controller of version 1 exists besides.
 */
export const deviceHierarchy = oncePer((layout: CgroupLayout): Hierarchy | undefined =>
  [unified(layout), hierarchyWith(layout, 'devices')].find((hierarchy) => hierarchy && !hierarchy.readOnly),
);
