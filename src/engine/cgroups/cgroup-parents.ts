import { existsSync } from 'node:fs';
import { cgroupDirectory, joined, levelsOf } from '../../container/cgroups/cgroups.ts';
import type { Context } from '../supervisor/context.ts';
import { cgroupOf } from '../supervisor/names.ts';
import type { ContainerRecord } from '../supervisor/record/project-record.ts';
import { removeDirectory } from './live-cgroups.ts';

/** Records the parent cgroups that a container's start will create: only these are removed later. */
export const noteParents = (context: Context, container: ContainerRecord): void => {
  const parent = container.definition.cgroupParent;
  if (parent === undefined) return;
  const { record, host } = context;
  const missing = joined(host.cgroups, cgroupOf(record.name, container))
    .flatMap((hierarchy) => levelsOf(parent).map((level) => cgroupDirectory(hierarchy, level)))
    .filter((directory) => !existsSync(directory));
  if (missing.length === 0) return;
  record.cgroups = [...new Set([...(record.cgroups ?? []), ...missing])];
  context.save();
};

/** Removes the recorded parent cgroups that are empty. */
export const removeParents = ({ record }: Context): void => {
  const left = (record.cgroups ?? []).toReversed().filter((directory) => !removeDirectory(directory));
  delete record.cgroups;
  if (left.length > 0) record.cgroups = left.toReversed();
};
