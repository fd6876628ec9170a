import { type Status, statusNow } from '../../base/status.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import { freezerOf } from '../cgroups/freezer.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { everyProject } from '../directories/every-project.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { cgroupLayout } from '../facts/gather-facts.ts';
import { containersLeft } from '../record/left-behind.ts';
import { liveProcess } from '../record/live-process.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { readRecord } from '../record/read.ts';
import { requireRoot } from '../supervisor/require-root.ts';

export type ListedProject = {
  readonly name: string;
  /** The status of each container. */
  readonly states: readonly Status[];
  /** The Compose files as absolute paths; empty if the record is damaged. */
  readonly files: readonly string[];
};

/**
 * The projects of this machine that have containers, by name. The kernel says what runs, so supervisors are neither
 * asked nor started.
 */
export const listProjects = (): readonly ListedProject[] => {
  requireRoot();
  const layout = cgroupLayout();
  return everyProject()
    .map((paths) => projectNow(paths, layout))
    .filter(({ states }) => states.length > 0);
};

const projectNow = (paths: ProjectPaths, layout: CgroupLayout): ListedProject => {
  const { project: name } = paths;
  const reading = readRecord(paths);
  const { containers, files } =
    'record' in reading ? reading.record : { containers: containersLeft(name, paths, layout), files: [] };
  const states = Object.values(containers).map((container) => stateNow(name, paths, layout, container));
  return { name, states, files };
};

const stateNow = (
  project: string,
  paths: ProjectPaths,
  layout: CgroupLayout,
  container: ContainerRecord,
): Status => {
  const cgroup = cgroupOf(project, container);
  const isThere = liveProcess(layout, cgroup, paths.container(container.name).life) !== undefined;
  if (isThere) return freezerOf(layout, cgroup)?.isRequested() ? 'paused' : 'running';
  return statusNow(container.state, false);
};
