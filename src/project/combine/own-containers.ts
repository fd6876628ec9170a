import { type Graph, reachable } from '../../base/graph.ts';
import { containerNameOf } from '../model/container-name.ts';
import type { Project, Service } from '../model/project.ts';

/**
 * `container:x` means the service, where x is a container of this project: it starts first, and its next container is
 * joined as well. Docker Compose leaves the order to chance, and the joined namespace dead.
 */
export function withOwnContainers(project: Project): Project {
  const services = Object.values(project.services);
  const owners = new Map(
    services.map((service) => [containerNameOf(project, service, 1, undefined), service.name]),
  );
  const graph: Graph = new Map(services.map(({ name, dependsOn }) => [name, Object.keys(dependsOn)]));
  return {
    ...project,
    services: Object.fromEntries(services.map((service) => [service.name, joining(service, owners, graph)])),
  };
}

function joining(service: Service, owners: ReadonlyMap<string, string>, graph: Graph): Service {
  const taken = Object.entries(service.namespaces ?? {}).flatMap(([type, { kind, ...namespace }]) => {
    const owner = kind === 'container' && 'name' in namespace ? owners.get(namespace.name) : undefined;
    // One that depends on this service already cannot start first.
    return owner === undefined || reachable(graph, [owner]).has(service.name) ? [] : [[type, owner] as const];
  });
  if (taken.length === 0) return service;
  const namespaces = taken.map(([type, name]) => [type, { kind: 'service', name }] as const);
  const dependencies = taken.map(
    ([, owner]) =>
      [
        owner,
        service.dependsOn[owner] ?? { condition: 'service_started', restart: true, required: true },
      ] as const,
  );
  return {
    ...service,
    namespaces: { ...service.namespaces, ...Object.fromEntries(namespaces) },
    dependsOn: { ...service.dependsOn, ...Object.fromEntries(dependencies) },
  };
}
