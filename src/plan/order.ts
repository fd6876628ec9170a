import { dependencyOrder, type Graph, reversed } from '../base/graph.ts';
import type { ObservedContainer } from './observed.ts';

/** Containers in the order of what their services depended on when they were made. */
export type RecordedOrder = {
  /** Each behind all that it depends on. */
  readonly starting: readonly ObservedContainer[];
  readonly dependencies: Neighbours;
  /** Each behind all that depend on it. */
  readonly stopping: readonly ObservedContainer[];
  readonly dependants: Neighbours;
};

type Neighbours = (container: ObservedContainer) => readonly ObservedContainer[];

/** The operations that one of a container waits for, instead of those of its neighbour. */
export type Behind = (
  container: ObservedContainer,
  neighbour: ObservedContainer,
  ids: readonly number[],
) => readonly number[];

export const recordedOrder = (containers: readonly ObservedContainer[]): RecordedOrder => {
  const groups = byService(containers);
  const graph: Graph = new Map(
    [...groups].map(([service, members]) => [service, members.flatMap(({ dependsOn }) => dependsOn)]),
  );
  const dependants = reversed(graph);
  const containersOf = (services: readonly string[]) =>
    services.flatMap((service) => groups.get(service) ?? []);
  const starting = containersOf(dependencyOrder(graph));
  return {
    starting,
    dependencies: ({ dependsOn }) => containersOf(dependsOn),
    stopping: starting.toReversed(),
    dependants: ({ service }) => containersOf(dependants.get(service) ?? []),
  };
};

/**
 * Walks containers in order. Each operation waits for those of its neighbours; a neighbour without an operation passes
 * on the operations that it would have waited for. `add` returns the number of the container's operation, if any;
 * `behind` may put others behind those of a neighbour.
 */
export const walk = (
  containers: readonly ObservedContainer[],
  neighbours: Neighbours,
  add: (container: ObservedContainer, before: readonly number[]) => number | undefined,
  behind: Behind = (_, __, ids) => ids,
): ReadonlyMap<string, number> => {
  const reached = new Map<ObservedContainer, readonly number[]>();
  const added = new Map<string, number>();
  for (const container of containers) {
    const before = [
      ...new Set(
        neighbours(container).flatMap((neighbour) =>
          behind(container, neighbour, reached.get(neighbour) ?? []),
        ),
      ),
    ];
    const id = add(container, before);
    if (id !== undefined) added.set(container.name, id);
    reached.set(container, id === undefined ? before : [id]);
  }
  return added;
};

/** The containers of each service. */
export const byService = (
  containers: readonly ObservedContainer[],
): ReadonlyMap<string, readonly ObservedContainer[]> => {
  const groups = new Map<string, ObservedContainer[]>();
  for (const container of containers) {
    const group = groups.get(container.service);
    if (group) group.push(container);
    else groups.set(container.service, [container]);
  }
  return groups;
};
