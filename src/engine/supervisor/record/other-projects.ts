import { dirname, join } from 'node:path';
import type { ProjectPaths } from '../project-paths.ts';
import { namesIfThere } from '../read-if-there.ts';
import type { ContainerRecord } from './project-record.ts';
import { glance } from './read.ts';

/** Finds a container of another project of this machine by its name; undefined if no record has it. */
export const containerElsewhere =
  ({ state }: Pick<ProjectPaths, 'state'>) =>
  (name: string): ContainerRecord | undefined => {
    for (const project of namesIfThere(dirname(state))) {
      const path = join(dirname(state), project);
      const found = path === state ? undefined : glance(join(path, 'project.json'))?.containers[name];
      if (found) return found;
    }
    return undefined;
  };
