import type { Project, Service } from './project.ts';
import { newNumbers, replicasOf } from './replicas.ts';

/**
 * The name of a container of a service: `container_name`; or the name that the container has already, if that is a
 * default name with whatever separator; or `app-web-1`.
 */
export function containerNameOf(
  { name: project, separator }: Pick<Project, 'name' | 'separator'>,
  { name: service, containerName }: Pick<Service, 'name' | 'containerName'>,
  number: number,
  existing: string | undefined,
): string {
  if (containerName !== undefined) return containerName;
  const isDefault = SEPARATORS.some((one) => existing === joined(project, service, number, one));
  return existing !== undefined && isDefault ? existing : joined(project, service, number, separator);
}

const joined = (project: string, service: string, number: number, separator = '-'): string =>
  [project, service, number].join(separator);

const SEPARATORS = ['-', '_'] as const;

type Existing = {
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly oneOff: boolean;
};

/** The names of the containers that there are, by service and number. */
export type Names = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** The names of the services' containers; those of `run` are left out. */
export function existingNames(containers: Iterable<Existing>): Names {
  const names = new Map<string, Map<number, string>>();
  for (const { name, service, number, oneOff } of containers) {
    if (oneOff) continue;
    const known = names.get(service) ?? new Map<number, string>();
    names.set(service, known.set(number, name));
  }
  return names;
}

/** The names of the containers that a service has, and of those that it still gets. */
export function containerNamesOf(
  project: Pick<Project, 'name' | 'separator'>,
  service: Service,
  existing: Names,
): readonly string[] {
  const known = existing.get(service.name) ?? new Map<number, string>();
  const numbers = [...known.keys()];
  return [...numbers, ...newNumbers(numbers, replicasOf(service))].map((number) =>
    containerNameOf(project, service, number, known.get(number)),
  );
}

/** The number and the name of the first container of a service: the one that there is, or the one that it gets. */
export function firstContainer(
  project: Pick<Project, 'name' | 'separator'>,
  service: Service,
  existing: Names,
): { readonly number: number; readonly name: string } {
  const known = existing.get(service.name) ?? new Map<number, string>();
  const number = known.size === 0 ? 1 : Math.min(...known.keys());
  return { number, name: containerNameOf(project, service, number, known.get(number)) };
}
