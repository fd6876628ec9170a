import { type ProjectPaths, projectPaths, stateDirectory } from './project-paths.ts';
import { entriesIfThere } from './read-if-there.ts';

/**
 * The paths of all projects of a state directory, by name. What belongs to the machine has names that begin with a dot.
 * @throws if the directory exists and cannot be read
 */
export const everyProject = (state = stateDirectory()): readonly ProjectPaths[] =>
  entriesIfThere(state)
    .filter((name) => !name.startsWith('.'))
    .toSorted()
    .map((name) => projectPaths(name, { ...process.env, TSCOMPOSE_STATE_DIR: state }));
