import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { cgroupDirectory, joined, levelsOf } from '../../container/cgroups/hierarchies.ts';
import type { Context } from '../supervisor/context.ts';
import { projectCgroup } from '../supervisor/names.ts';
import type { ContainerRecord } from '../supervisor/record/project-record.ts';
import { removeDirectory } from './live-cgroups.ts';

/** Records the parent cgroups that a container's start will create: only these are removed later. */
export const noteParents = (context: Context, container: ContainerRecord): void => {
  const parent = container.definition.cgroupParent;
  if (parent === undefined) return;
  const { record, host } = context;
  const missing = joined(host.cgroups)
    .flatMap((hierarchy) => levelsOf(parent).map((level) => cgroupDirectory(hierarchy, level)))
    .filter((directory) => !existsSync(directory));
  if (missing.length === 0) return;
  record.cgroups = [...new Set([...(record.cgroups ?? []), ...missing])];
  context.save();
};

/**
 * Creates the project's cgroups before the start that needs them. From here on the cgroup above, which all projects
 * share, is not empty: the supervisor of another project that ends meanwhile cannot remove it.
 */
export const holdProjectCgroups = (
  { record, host, heldCgroups }: Context,
  container: ContainerRecord,
): void => {
  if (container.definition.cgroupParent !== undefined) return;
  for (const hierarchy of joined(host.cgroups)) {
    const directory = cgroupDirectory(hierarchy, projectCgroup(record.name));
    if (!heldCgroups.has(directory) && hold(directory)) heldCgroups.add(directory);
  }
};

/**
 * Creates a directory in one that other processes create and, while it is empty, remove. False if that is not possible;
 * the start fails then at the same call, and says so.
 */
export const hold = (directory: string): boolean => {
  for (let attempt = 0; attempt < 1000; attempt++) {
    make(dirname(directory));
    const error = make(directory);
    if (error === undefined || error === 'EEXIST') return true;
    if (error !== 'ENOENT') return false;
  }
  return false;
};

const make = (directory: string): string | undefined => {
  try {
    mkdirSync(directory, 0o755);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
};

/** Removes the recorded parent cgroups that are empty. */
export const removeParents = ({ record }: Context): void => {
  const left = (record.cgroups ?? []).toReversed().filter((directory) => !removeDirectory(directory));
  delete record.cgroups;
  if (left.length > 0) record.cgroups = left.toReversed();
};
