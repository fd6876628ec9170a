import type { Project, Service } from './project.ts';

/**
 * The name of the container of a service: `container_name`; or the name that its container has already, if that is a
 * default name with whatever separator; or `app-web-1`.
 */
export function containerNameOf(
  { name: project, separator }: Pick<Project, 'name' | 'separator'>,
  { name: service, containerName }: Pick<Service, 'name' | 'containerName'>,
  existing: string | undefined,
): string {
  if (containerName !== undefined) return containerName;
  const isDefault = SEPARATORS.some((one) => existing === joined(project, service, one));
  return existing !== undefined && isDefault ? existing : joined(project, service, separator);
}

const joined = (project: string, service: string, separator = '-'): string =>
  [project, service, 1].join(separator);

const SEPARATORS = ['-', '_'] as const;

type Existing = { readonly name: string; readonly service: string; readonly oneOff: boolean };

/** The names of the services' containers, by service; those of `run` are left out. */
export function existingNames(containers: Iterable<Existing>): ReadonlyMap<string, string> {
  return new Map(
    [...containers].filter(({ oneOff }) => !oneOff).map(({ service, name }) => [service, name] as const),
  );
}
