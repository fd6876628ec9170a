import type { Canonical, CanonicalBuild, CanonicalNetwork, CanonicalService } from './model/canonical.ts';
import { relationsOf } from './relations.ts';
import { type Tree, toPlain } from './tree.ts';

type Plain = Readonly<Record<string, unknown>>;

/** What the files leave to where they are. */
type Surroundings = {
  /** Absolute directory that relative paths resolve against. */
  readonly directory: string;
  readonly variables: ReadonlyMap<string, string>;
};

/** Fills in what the files leave open: names, the default network, variables that come from outside. */
export function normalise(tree: Tree, name: string, surroundings: Surroundings): Canonical {
  const { services, networks, version: _, ...others } = toPlain(tree) as Plain;
  const normalServices = mapValues(services, (service) =>
    normaliseService(withImplied(service as Plain, services as Plain), surroundings),
  );
  const normalNetworks = normaliseNetworks((networks ?? {}) as Plain, normalServices, name);
  const resources = Object.fromEntries(
    resourceKinds.flatMap((kind) => {
      const named = mapEntries(others[kind], (resource, key) => withName(resource, key, name));
      return isEmpty(named) ? [] : [[kind, named]];
    }),
  );
  return {
    ...without(others, [...resourceKinds, 'models']),
    ...resources,
    ...(!isEmpty(others.models) && { models: others.models }),
    name,
    services: normalServices,
    ...(!isEmpty(normalNetworks) && { networks: normalNetworks }),
  };
}

const resourceKinds = ['volumes', 'secrets', 'configs'] as const;

/** What exists outside the project is called as its key says, what belongs to it has its name in front. */
function withName(resource: unknown, key: string, project: string): Plain & { readonly name: string } {
  const { name, ...rest } = (resource ?? {}) as Plain;
  return { ...rest, name: String(name ?? (rest.external ? key : `${project}_${key}`)) };
}

/** Whoever uses a part of another service starts after it. */
function withImplied(service: Plain, services: Plain): Plain {
  const implied = relationsOf(service)
    .filter(({ name }) => Object.hasOwn(services, name))
    .toReversed()
    .map(({ name, restart }) => [name, { condition: 'service_started', restart, required: true }]);
  if (implied.length === 0) return service;
  return { ...service, depends_on: { ...Object.fromEntries(implied), ...(service.depends_on ?? {}) } };
}

function normaliseService(service: Plain, surroundings: Surroundings): CanonicalService {
  const { variables } = surroundings;
  const { environment, networks, build, extra_hosts, ...others } = service;
  const isHost = ['rootfs', 'image', 'build', 'provider'].every((key) => service[key] === undefined);
  return {
    ...withoutEmpty(others),
    command: (service.command ?? null) as string[] | null,
    entrypoint: (service.entrypoint ?? null) as string[] | null,
    ...(isHost && { rootfs: 'host' }),
    ...(!isEmpty(environment) && { environment: resolved(environment, variables) }),
    ...(build !== undefined && build !== null && { build: normaliseBuild(build as Plain, surroundings) }),
    ...(!isEmpty(extra_hosts) && { extra_hosts: sortedHosts(extra_hosts) }),
    ...(service.network_mode === undefined || !isEmpty(networks)
      ? { networks: isEmpty(networks) ? { default: null } : (networks as CanonicalService['networks'] & {}) }
      : {}),
  };
}

/** Files leave out what nearly all builds have in common; filled in before they are merged, it would override. */
function normaliseBuild(build: Plain, { directory, variables }: Surroundings): CanonicalBuild {
  const { args, extra_hosts, context, ...others } = build;
  return {
    ...(others.dockerfile_inline === undefined && { dockerfile: 'Dockerfile' }),
    ...withoutEmpty(others),
    context: String(context ?? directory),
    ...(!isEmpty(args) && { args: resolved(args, variables) }),
    ...(!isEmpty(extra_hosts) && { extra_hosts: sortedHosts(extra_hosts) }),
  };
}

/** A variable without a value has that of the environment. */
function resolved(variables: unknown, outer: ReadonlyMap<string, string>): Record<string, string | null> {
  return mapEntries(variables, (value, key) => (value as string | null) ?? outer.get(key) ?? null);
}

function sortedHosts(lines: unknown): string[] {
  return [...(lines as string[])].sort();
}

/** The default network is there exactly if somebody uses it. */
function normaliseNetworks(
  networks: Plain,
  services: Readonly<Record<string, CanonicalService>>,
  project: string,
): Record<string, CanonicalNetwork> {
  const isDefaultUsed = Object.values(services).some(
    (service) => service.networks && Object.hasOwn(service.networks, 'default'),
  );
  const { default: ownDefault, ...others } = networks;
  const used = isDefaultUsed ? { default: ownDefault ?? null, ...others } : others;
  return mapEntries(used, (network, key) => {
    const { ipam, ...rest } = withName(network, key, project) as CanonicalNetwork;
    return { ...rest, ipam: ipam ?? {} };
  });
}

/** Lists and mappings without anything in them say nothing. */
function withoutEmpty(object: Plain): Plain {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isEmpty(value)));
}

function without(object: Plain, keys: readonly string[]): Plain {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

function mapValues<T>(object: unknown, change: (value: unknown) => T): Record<string, T> {
  return mapEntries(object, change);
}

function mapEntries<T>(object: unknown, change: (value: unknown, key: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object ?? {}).map(([key, value]) => [key, change(value, key)]));
}
