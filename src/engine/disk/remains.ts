import { closeSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectories } from '../../kernel/make-directories.ts';
import { isProjectName } from '../../project/read/project-name.ts';
import { lockProject } from '../directories/lock.ts';
import { projectPaths } from '../directories/project-paths.ts';
import { namesIfThere } from '../directories/read-if-there.ts';
import { cgroupLayout } from '../facts/gather-facts.ts';
import { isNameOfKept } from '../record/damage.ts';
import { containersLeft } from '../record/left-behind.ts';
import { readRecord } from '../record/read.ts';
import { removeIfEmpty } from '../trash/remove-if-empty.ts';

/** The kinds of directories in the state directory. */
export type ProjectState =
  /** A project; its record may be damaged. */
  | 'recorded'
  /** The files of a project whose record is missing. */
  | 'remains'
  /** The files of a project with a damaged record, which `down` has kept. */
  | 'kept'
  /** Something that tscompose did not create. */
  | 'foreign';

export const stateOf = (name: string): ProjectState => {
  if (isNameOfKept(name)) return 'kept';
  if (!isProjectName(name)) return 'foreign';
  const paths = projectPaths(name);
  if (readRecord(paths).found !== 'nothing') return 'recorded';
  const entries = namesIfThere(paths.state);
  return entries.length > 0 && entries.every((entry) => OURS.test(entry)) ? 'remains' : 'foreign';
};

/**
 * Moves the files of a project without a record to `target`, on the same file system. False if a supervisor of the
 * project runs or begins, or if containers of it run.
 */
export const moveRemains = (name: string, target: string): boolean => {
  if (!isAbandoned(name)) return false;
  const paths = projectPaths(name);
  const lock = lockProject(paths);
  if (lock === undefined) return false;
  try {
    // A supervisor may have come and gone meanwhile.
    if (!isAbandoned(name)) return false;
    makeDirectories(dirname(target));
    renameSync(paths.state, target);
    rmSync(paths.run, { recursive: true, force: true });
    removeIfEmpty(dirname(paths.run));
    return true;
  } finally {
    closeSync(lock);
  }
};

/** Whether a project has no record, and no container of it runs. */
export const isAbandoned = (name: string): boolean =>
  stateOf(name) === 'remains' && containersLeft(name, projectPaths(name), cgroupLayout()).length === 0;

/** The entries of a project's state directory. */
const OURS = /^(project\.json\b.*|supervisor\.log|notices\b.*|layers|logs|trash)$/;
