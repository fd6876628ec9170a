import { existsSync, mkdirSync } from 'node:fs';
import { cgroupDirectory, cgroupRoot, joined, levelsOf } from '../../container/cgroups/hierarchies.ts';
import type { Hierarchy } from '../../kernel/cgroup.ts';
import type { Context } from '../context/context.ts';
import { cgroupOf, projectCgroup } from '../context/identifiers.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { removeDirectory } from './live-cgroups.ts';
import { isOwn, markOwn } from './own-directories.ts';

/** Records the parent cgroups that tscompose creates or has created: only these are removed later. */
export const noteParents = (context: Context, container: ContainerRecord): void => {
  const parent = container.definition.cgroupParent;
  if (parent === undefined) return;
  const { record, host } = context;
  const known = new Set(record.cgroups);
  const own = joined(host.cgroups)
    .flatMap((hierarchy) => levelsOf(parent).map((level) => cgroupDirectory(hierarchy, level)))
    .filter((directory) => !known.has(directory) && (!existsSync(directory) || isOwn(directory)));
  if (own.length === 0) return;
  record.cgroups = [...known, ...own];
  context.save();
};

/**
 * Creates the project's cgroups before the start that needs them, or below a `cgroup_parent` those of the container.
 * From here on the cgroups above, which other projects share, are not empty: the supervisor of one that ends meanwhile
 * cannot remove them.
 */
export const holdCgroups = (context: Context, container: ContainerRecord): void => {
  const { record, host } = context;
  for (const hierarchy of joined(host.cgroups)) {
    const { cgroupParent } = container.definition;
    if (cgroupParent === undefined) holdProjectCgroup(context, hierarchy);
    else hold(cgroupRoot(hierarchy), cgroupOf(record.name, container).path, levelsOf(cgroupParent));
  }
};

/** Returns the directory, which exists until the supervisor ends. */
export const holdProjectCgroup = (
  { record, heldCgroups }: Pick<Context, 'record' | 'heldCgroups'>,
  hierarchy: Hierarchy,
): string => {
  const path = projectCgroup(record.name);
  const directory = cgroupDirectory(hierarchy, path);
  if (!heldCgroups.has(directory) && hold(cgroupRoot(hierarchy), path)) heldCgroups.add(directory);
  return directory;
};

/**
 * Creates a directory below directories that other processes create and, while they are empty, remove. False if that is
 * not possible; the start fails then at the same call, and says so. Those of `marked` that it creates get a mark.
 */
export const hold = (root: string, path: string, marked: readonly string[] = []): boolean => {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const error = levelsOf(path)
      .map((level) => {
        const result = make(`${root}/${level}`);
        if (result === undefined && marked.includes(level)) markOwn(`${root}/${level}`);
        return result;
      })
      .at(-1);
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
