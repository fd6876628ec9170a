import type { UpRequest } from '../api/bodies.ts';
import { reachable } from '../base/graph.ts';

/** What an `up` is about: what was asked for, and what that depends on; everything when nothing was named. */
export const chosenServices = ({
  project,
  services,
  noDeps,
}: Pick<UpRequest, 'project' | 'services' | 'noDeps'>): readonly string[] => {
  if (services.length === 0) return Object.keys(project.services);
  if (noDeps) return [...new Set(services)];
  const needs = Object.entries(project.services).map(
    ([name, { dependsOn }]) => [name, Object.keys(dependsOn)] as const,
  );
  return [...reachable(new Map(needs), services)];
};
