import type { Use } from '../keys/service-key.ts';
import type { Canonical } from '../model/canonical.ts';
import { servicesUsedBy, usesOf } from './uses.ts';

/** The project with these services, or all where none is named, and with what they depend on. */
export function withServices(project: Canonical, names: readonly string[]): Canonical {
  if (names.length === 0) return project;
  const wanted = new Set(names);
  for (const name of wanted) for (const other of dependenciesOf(project, name)) wanted.add(other);
  return { ...project, services: only(project.services, wanted) };
}

function dependenciesOf({ services }: Canonical, name: string): string[] {
  const service = services[name]!;
  const named = Object.keys(service.depends_on ?? {});
  return [...named, ...servicesUsedBy(service).map((use) => use.name)].filter((other) =>
    Object.hasOwn(services, other),
  );
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
