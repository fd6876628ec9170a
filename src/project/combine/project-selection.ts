import { kindsOfReferences } from '../check/unknown-names.ts';
import type { Canonical } from '../model/canonical.ts';
import { relationsOf } from './relations.ts';

/** The project with these services, or all where none is named, and with what they depend on. */
export function withServices(project: Canonical, names: readonly string[]): Canonical {
  if (names.length === 0) return project;
  const wanted = new Set(names);
  for (const name of wanted) for (const other of dependenciesOf(project, name)) wanted.add(other);
  return { ...project, services: only(project.services, wanted) };
}

const kinds: readonly Pick<(typeof kindsOfReferences)[number], 'declared' | 'uses'>[] = [
  ...kindsOfReferences.filter(({ declared }) => declared !== 'services'),
  {
    declared: 'networks',
    uses: ({ networks }) => Object.keys(networks ?? {}).map((name) => ({ name, path: ['networks', name] })),
  },
];

function dependenciesOf({ services }: Canonical, name: string): string[] {
  const service = services[name]!;
  const named = Object.keys(service.depends_on ?? {});
  return [...named, ...relationsOf(service).map((relation) => relation.name)].filter((other) =>
    Object.hasOwn(services, other),
  );
}

/** The project without networks, volumes, secrets, configs and models that none of its services uses. */
export function withoutUnused(project: Canonical): Canonical {
  const services = Object.values(project.services);
  const kept = kinds
    .filter(({ declared }) => project[declared])
    .map(({ declared, uses }) => {
      const used = new Set(services.flatMap((service) => uses(service).map(({ name }) => name)));
      return [declared, only(project[declared] as object, used)] as const;
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
