import { mkdirSync, writeFileSync } from 'node:fs';
import { cgroupDirectory, cgroupRoot } from '../../container/cgroups/cgroups.ts';
import type { LimitFile } from '../../container/cgroups/limits.ts';
import type { Hierarchy } from '../../kernel/cgroup.ts';
import { OURS } from '../supervisor/names.ts';

/**
 * The directory of a cgroup that has these files if this kernel knows them; undefined if only a new cgroup could tell.
 * The root of a hierarchy is none: some files are only below it.
 */
export type SampleCgroup = (hierarchy: Hierarchy, files: readonly LimitFile[]) => string | undefined;

/** Ours, made at need; it is removed with the supervisor. */
export const newSample: SampleCgroup = (hierarchy, files) => {
  const directory = cgroupDirectory(hierarchy, OURS);
  const controllers = new Set(files.map(({ controller }) => `+${controller}`));
  if (hierarchy.version === 2)
    writeFileSync(`${cgroupRoot(hierarchy)}/cgroup.subtree_control`, [...controllers].join(' '));
  mkdirSync(directory, { recursive: true });
  return directory;
};
