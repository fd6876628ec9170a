import { everyProject } from '../directories/every-project.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import { readRecord } from '../record/read.ts';

export type VolumeUse = { readonly project: string; readonly service: string; readonly container: string };

export type VolumeUsers = {
  /** Containers by the name of their volume, stopped ones included. */
  readonly uses: ReadonlyMap<string, readonly VolumeUse[]>;
  /** Projects with a record. */
  readonly projects: ReadonlySet<string>;
  /** Projects whose records cannot be read: their containers may use any volume. */
  readonly unknown: readonly string[];
};

/** The containers that use volumes, from the records of all projects. */
export const volumeUsers = (stateDirectory: string): VolumeUsers => usersIn(everyProject(stateDirectory));

/** The same for one volume: a complete record that does not have its name is not parsed. */
export const usersOf = (name: string, stateDirectory: string): VolumeUsers =>
  usersIn(
    everyProject(stateDirectory).filter(({ record }) => {
      const text = readIfThere(record);
      return !(text.startsWith('{') && text.endsWith('}\n')) || text.includes(JSON.stringify(name));
    }),
  );

const usersIn = (all: readonly ProjectPaths[]): VolumeUsers => {
  const uses = new Map<string, VolumeUse[]>();
  const projects = new Set<string>();
  const unknown: string[] = [];
  for (const paths of all) {
    const { project } = paths;
    const reading = readRecord(paths);
    if (reading.found === 'damage') unknown.push(project);
    if (!('record' in reading)) continue;
    projects.add(project);
    for (const { name, service, volumes = {} } of Object.values(reading.record.containers))
      for (const volume of new Set(Object.values(volumes)))
        uses.set(volume, [...(uses.get(volume) ?? []), { project, service, container: name }]);
  }
  return { uses, projects, unknown };
};
