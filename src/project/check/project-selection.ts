import type { Use } from '../keys/service-key.ts';
import { servicesUsedBy, usesOf } from '../keys/uses.ts';
import type { Canonical } from '../model/canonical.ts';
import { type Choice, chosenFrom } from '../model/chosen-services.ts';

/** The project with these services and their dependencies; without names, all services. */
export function withServices(project: Canonical, names: readonly string[]): Canonical {
  return onlyServices(project, selectedServices(project, { services: names }));
}

/** The services of a command; without their dependencies, those whose namespaces or volumes they use stay. */
export function selectedServices({ services }: Canonical, choice: Choice): ReadonlySet<string> {
  const needs = Object.entries(services).map(([name, service]) => {
    const used = servicesUsedBy(service).map((use) => use.name);
    return [name, choice.noDeps ? used : [...Object.keys(service.depends_on ?? {}), ...used]] as const;
  });
  return new Set(chosenFrom(new Map(needs), { services: choice.services }));
}

export function onlyServices(project: Canonical, names: ReadonlySet<string>): Canonical {
  return { ...project, services: only(project.services, names) };
}

/** The project without networks, volumes, secrets, configs and models that none of its services uses. */
export function withoutUnused(project: Canonical): Canonical {
  const uses = Object.values(project.services).flatMap(usesOf);
  const kept = declared
    .filter((kind) => project[kind])
    .map((kind) => {
      const used = new Set(uses.filter(({ of }) => of === kind).map(({ name }) => name));
      return [kind, only(project[kind] as object, used)] as const;
    });
  return Object.fromEntries(
    Object.entries({ ...project, ...Object.fromEntries(kept) }).filter(
      ([key, value]) => !kept.some(([kind]) => kind === key) || Object.keys(value as object).length > 0,
    ),
  ) as Canonical;
}

function only<T extends object>(entries: T, wanted: ReadonlySet<string>): T {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => wanted.has(key))) as T;
}

const declared: readonly Use['of'][] = ['networks', 'volumes', 'secrets', 'configs', 'models'];
