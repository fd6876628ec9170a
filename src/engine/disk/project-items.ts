import { cgroupOf } from '../context/identifiers.ts';
import { projectPaths } from '../directories/project-paths.ts';
import { namesIfThere } from '../directories/read-if-there.ts';
import { cgroupLayout } from '../facts/gather-facts.ts';
import { logPaths } from '../logs/files.ts';
import { containersLeft, statesLeft } from '../record/left-behind.ts';
import { liveProcess } from '../record/live-process.ts';
import { readRecord } from '../record/read.ts';
import { entriesOf } from '../trash/trash.ts';
import { isAbandoned, stateOf } from './remains.ts';

/** Something that takes space. */
export type StoredItem = {
  readonly name: string;
  readonly project: string | undefined;
  readonly paths: readonly string[];
  readonly isActive: boolean;
  readonly isReclaimable: boolean;
};

export type ProjectItems = {
  /** By container. */
  readonly layers: readonly StoredItem[];
  /** By container. */
  readonly logs: readonly StoredItem[];
  /** Paths. */
  readonly trash: readonly string[];
};

/** The files of a project, or those that it has kept; of another entry of the state directory, none. */
export const projectItems = (project: string): ProjectItems => {
  if (stateOf(project) === 'foreign') return { layers: [], logs: [], trash: [] };
  const paths = projectPaths(project);
  const running = runningIn(project);
  const isReclaimable = isAbandoned(project);
  const item = (name: string, itsPaths: readonly string[]): StoredItem => ({
    name,
    project,
    paths: itsPaths,
    isActive: running.has(name),
    isReclaimable,
  });
  const containers = statesLeft(paths);
  const layers = namesIfThere(paths.layers);
  const logs = new Set(namesIfThere(paths.logs));
  const files = (name: string) => logPaths(paths.container(name).log);
  return {
    layers: containers
      .filter((name) => layers.includes(name))
      .map((name) => item(name, [paths.container(name).layer])),
    logs: containers
      .filter((name) => files(name).some((path) => logs.has(path.slice(paths.logs.length + 1))))
      .map((name) => item(name, files(name))),
    trash: entriesOf(paths.trash),
  };
};

const runningIn = (project: string): ReadonlySet<string> => {
  const paths = projectPaths(project);
  const layout = cgroupLayout();
  const reading = readRecord(paths);
  if (!('record' in reading)) return new Set(containersLeft(project, paths, layout).map(({ name }) => name));
  const isRunning = (container: (typeof reading.record.containers)[string]): boolean =>
    liveProcess(layout, cgroupOf(project, container), paths.container(container.name).life) !== undefined;
  return new Set(
    Object.values(reading.record.containers)
      .filter(isRunning)
      .map(({ name }) => name),
  );
};
