import { findCycles, type Graph, reachable } from '../../base/graph.ts';
import type { Project } from '../../project/model/project.ts';
import type { ReconcileOptions } from './decisions.ts';

/** Each service with those that it depends on. A circle, which the project's checks exclude, throws. */
export const dependencyGraph = ({ services }: Project): Graph => {
  const graph: Graph = new Map(
    Object.entries(services).map(([name, { dependsOn }]) => [name, Object.keys(dependsOn)]),
  );
  const [cycle] = findCycles(graph);
  if (cycle) throw new Error(`services depend on each other in a circle: ${cycle.join(', ')}`);
  return graph;
};

/** The services that a command is about. */
export const selection = (
  graph: Graph,
  { services = [], noDeps, dependant }: ReconcileOptions,
): ReadonlySet<string> => {
  if (dependant) return reachable(graph, Object.keys(dependant.dependsOn));
  if (services.length === 0) return new Set(graph.keys());
  return noDeps ? new Set(services.filter((name) => graph.has(name))) : reachable(graph, services);
};
