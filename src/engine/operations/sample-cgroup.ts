import { mkdirSync, writeFileSync } from 'node:fs';
import { cgroupDirectory, cgroupRoot } from '../../container/cgroups/hierarchies.ts';
import type { LimitFile } from '../../container/cgroups/limits.ts';
import type { Hierarchy } from '../../kernel/cgroup.ts';
import { OURS } from '../supervisor/names.ts';
import { namesIfThere, readIfThere } from '../supervisor/read-if-there.ts';

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
