import { dependencyOrder } from '../../base/graph.ts';
import type { Project } from '../../project/model/project.ts';
import type { Observed } from '../observed.ts';
import { findOrphans, orphanWarning } from '../orphans.ts';
import { decideVolumes } from '../volumes.ts';
import { conditionProblems } from './conditions.ts';
import { decideContainers } from './containers.ts';
import type { Decisions, ReconcileOptions, ServiceDecision } from './decisions.ts';
import { nameProblems } from './names.ts';
import { decideNetworks } from './networks.ts';
import { dependencyGraph, selection } from './selected.ts';

/** Compares the project with what there is. Pure; a circle of dependencies, which the project's checks exclude, throws. */
export const decide = (project: Project, observed: Observed, options: ReconcileOptions): Decisions => {
  const graph = dependencyGraph(project);
  const selected = selection(graph, options);
  const networks = decideNetworks(project, observed, selected, options);
  const volumes = decideVolumes(project, observed.volumes, selected);
  const decided = new Map<string, ServiceDecision>();
  const decideService = decideContainers(project, observed, selected, options);
  for (const name of dependencyOrder(graph))
    decided.set(name, decideService(project.services[name]!, decided));
  const services = [...decided.values()];
  const containers = services.flatMap((service) => service.containers);
  const orphans = findOrphans(observed, [...graph.keys(), ...project.inactive]);
  const unused = observed.networks.filter(
    ({ key, isExternal }) => !isExternal && !Object.hasOwn(project.networks, key),
  );
  const warnings = options.removeOrphans || options.ignoreOrphans ? [] : orphanWarning(orphans);
  return {
    networks,
    services,
    containers,
    volumes: volumes.created,
    unused,
    orphans,
    diagnostics: [
      ...conditionProblems(project, selected, options.dependant),
      ...nameProblems(containers, observed),
      ...volumes.diagnostics,
      ...warnings,
    ],
  };
};
