import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { cgroupRoot } from '../../container/cgroups/hierarchies.ts';
import type { LimitFile } from '../../container/cgroups/limits.ts';
import type { Hierarchy } from '../../kernel/cgroup.ts';
import { holdProjectCgroup } from '../cgroups/cgroup-parents.ts';
import { namesIfThere, readIfThere } from '../directories/read-if-there.ts';

/**
 * The directory of a cgroup that has these files if this kernel knows them; undefined if only a new cgroup could tell.
 * The root of a hierarchy is none: some files are only below it.
 */
export type SampleCgroup = (hierarchy: Hierarchy, files: readonly LimitFile[]) => string | undefined;

/** The project's, which this supervisor holds: that of all projects could be removed meanwhile by another one. */
export const projectSample =
  (context: Parameters<typeof holdProjectCgroup>[0]): SampleCgroup =>
  (hierarchy, files) => {
    const directory = holdProjectCgroup(context, hierarchy);
    const controllers = new Set(files.map(({ controller }) => `+${controller}`));
    if (hierarchy.version === 2)
      for (const parent of [dirname(dirname(directory)), dirname(directory)])
        writeFileSync(`${parent}/cgroup.subtree_control`, [...controllers].join(' '));
    return directory;
  };

/** An existing cgroup, also of another program. Without one, the root cgroup, which lacks some of the files. */
export const existingSample: SampleCgroup = (hierarchy, files) => {
  const root = cgroupRoot(hierarchy);
  const has = (directory: string, file: string): boolean => namesIfThere(directory).includes(file);
  const below = namesIfThere(root).map((name) => `${root}/${name}`);
  const found = below.find((directory) =>
    hierarchy.version === 1
      ? has(directory, 'cgroup.procs')
      : files.every(({ controller }) =>
          readIfThere(`${directory}/cgroup.controllers`).split(/\s/).includes(controller),
        ),
  );
  // blkio-controller.rst, cgroup-v2.rst: the root has no weights.
  return found ?? (files.some(({ file }) => file.includes('weight')) ? undefined : root);
};
