import { dirname } from 'node:path';
import { everyProject } from '../directories/every-project.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import type { ContainerRecord } from './project-record.ts';
import { glance } from './read.ts';

/** Finds a container of another project of this machine by its name; undefined if no record has it. */
export const containerElsewhere =
  ({ state }: Pick<ProjectPaths, 'state'>) =>
  (name: string): ContainerRecord | undefined => {
    for (const other of everyProject(dirname(state))) {
      const found = other.state === state ? undefined : glance(other.record)?.containers[name];
      if (found) return found;
    }
    return undefined;
  };
