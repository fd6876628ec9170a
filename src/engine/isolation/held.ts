import type { OciDevice } from '../../container/oci.ts';
import type { Places, Project, Service } from '../../project/model/project.ts';
import { projectPaths } from '../directories/project-paths.ts';
import { firstIn, previewOf, recordIfReadable } from '../facts/preview.ts';
import type { Difference } from './differences.ts';
import type { Isolation } from './facts.ts';
import type { Machine } from './machine.ts';
import { type PlacedOpening, placedOpenings } from './placed-openings.ts';
import { plannedIsolation } from './planned.ts';
import { withSharers } from './sharers.ts';

/** The isolation of one container. */
export type Held = {
  readonly service: string;
  readonly container: string;
  /** The first process; without one, the facts are those of the configuration. */
  readonly pid?: number;
  readonly facts: Isolation;
  readonly open: readonly PlacedOpening[];
  /** None if the container does not run. */
  readonly differences: readonly Difference[];
};

/** A container as a definition has it. */
export type Planned = {
  readonly definition: Service;
  readonly container: string;
  readonly facts: Isolation;
  /** Its device nodes. */
  readonly nodes: readonly OciDevice[];
};

export type Files = { readonly project: Project; readonly places: Places };

/** The containers of all services of a project, as the supervisor would start them now. */
export const plannedContainers = (project: Project, machine: Machine): readonly Planned[] => {
  const paths = projectPaths(project.name);
  const { describe } = previewOf(project, paths.hostRoot);
  const firstOf = firstIn(project, recordIfReadable(paths.record));
  const planned = Object.values(project.services).map((definition) => {
    const described = describe(definition);
    return {
      definition,
      container: firstOf(definition).name,
      facts: plannedIsolation(described, machine),
      nodes: described.config.linux.devices,
    };
  });
  return withSharers(planned);
};

export const heldByFile = (planned: Planned, files: Files): Held => ({
  service: planned.definition.name,
  container: planned.container,
  facts: planned.facts,
  open: openingsWith(planned.facts, planned, files),
  differences: [],
});

/** The openings by these facts, each with its place in the file of the container. */
export const openingsWith = (
  facts: Isolation,
  { definition, container, facts: planned, nodes }: Planned,
  { project, places }: Files,
): readonly PlacedOpening[] =>
  placedOpenings(facts, {
    service: definition,
    container,
    others: Object.values(project.services),
    nodes,
    planned,
    places,
  });
