import { type Graph, reachable } from '../../base/graph.ts';
import type { Project } from './project.ts';

/** The part of a project that a command is about. */
export type Choice = {
  /** The services that it names; all where there are none. */
  readonly services: readonly string[];
  /** Leaves out their dependencies. */
  readonly noDeps?: boolean | undefined;
};

/** The services of a command: its arguments and their dependencies. */
export function chosenServices({ project, ...choice }: Choice & { readonly project: Project }): string[] {
  const needs = Object.entries(project.services).map(
    ([name, { dependsOn }]) => [name, Object.keys(dependsOn)] as const,
  );
  return chosenFrom(new Map(needs), choice);
}

/** The same by the services and what each depends on. */
export function chosenFrom(needs: Graph, { services, noDeps = false }: Choice): string[] {
  if (services.length === 0) return [...needs.keys()];
  return noDeps ? [...new Set(services)] : [...reachable(needs, services)];
}

/** The project with the services of a command only. */
export function chosenPart({ project, ...choice }: Choice & { readonly project: Project }): Project {
  const chosen = chosenServices({ project, ...choice });
  return { ...project, services: Object.fromEntries(chosen.map((name) => [name, project.services[name]!])) };
}

/** The project with the networks of these services only. */
export function withNetworksOf(project: Project, services: Iterable<string>): Project {
  const used = new Set([...services].flatMap((name) => Object.keys(project.services[name]?.networks ?? {})));
  const networks = Object.entries(project.networks).filter(([key]) => used.has(key));
  return { ...project, networks: Object.fromEntries(networks) };
}
