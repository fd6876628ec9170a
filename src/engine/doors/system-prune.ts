import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { projectPaths, stateDirectory } from '../directories/project-paths.ts';
import { namesIfThere } from '../directories/read-if-there.ts';
import { isAbandoned, moveRemains, stateOf } from '../disk/remains.ts';
import { machineTrash, pruneTrash } from '../disk/trash-paths.ts';
import { treeSize } from '../disk/tree-size.ts';
import { requireRoot } from '../supervisor/require-root.ts';
import { removeIfEmpty } from '../trash/remove-if-empty.ts';
import { removeTree } from '../trash/remove-tree.ts';
import { entriesOf, notEmptied } from '../trash/trash.ts';

export type PrunedFiles = {
  /** Names of projects without a record. */
  readonly projects: readonly string[];
  readonly bytes: number;
  readonly problems: readonly Diagnostic[];
};

/**
 * Deletes the files of projects without a record, and what killed processes have not deleted.
 * @param until only of projects whose files are older, in ms since the epoch
 */
export const pruneFiles = async (dryRun: boolean, until = Number.POSITIVE_INFINITY): Promise<PrunedFiles> => {
  requireRoot();
  const state = stateDirectory();
  const trash = pruneTrash(state);
  const freshPath = (): string => `${trash}/${randomBytes(8).toString('hex')}`;
  const names = namesIfThere(state);
  const waiting = [
    ...machineTrash(state),
    ...names
      .filter((name) => ['recorded', 'kept'].includes(stateOf(name)))
      .flatMap((name) => entriesOf(projectPaths(name).trash)),
  ];
  const projects: string[] = [];
  let bytes = 0;
  for (const name of names.filter((each) => isAbandoned(each) && changedAt(each) < until)) {
    const moved = freshPath();
    if (!dryRun && !moveRemains(name, moved)) continue;
    projects.push(name);
    waiting.push(dryRun ? projectPaths(name).state : moved);
  }
  const obstacles = [];
  for (const path of waiting) {
    bytes += await treeSize(path);
    if (!dryRun) obstacles.push(...(await removeTree(path, freshPath)));
  }
  removeIfEmpty(trash);
  return { projects, bytes, problems: obstacles.length > 0 ? [notEmptied(obstacles)] : [] };
};

/** When files were last put into its directory, in ms since the epoch. */
const changedAt = (project: string): number =>
  statSync(projectPaths(project).state, { throwIfNoEntry: false })?.mtimeMs ?? 0;
