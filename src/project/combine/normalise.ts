import { servicesUsedBy } from '../keys/uses.ts';
import type { Canonical, CanonicalBuild, CanonicalNetwork, CanonicalService } from '../model/canonical.ts';
import { type Tree, toExactPlain } from '../tree/tree.ts';
import { mapEntries } from './map-entries.ts';

type Plain = Readonly<Record<string, unknown>>;

export type Surroundings = {
  /** The name of the project. */
  readonly name: string;
  /** The directory in which a build finds its files. */
  readonly directory: string;
  /** Whether what services use must exist. */
  readonly isConsistent: boolean;
  /** Whether variables are not replaced: what is written stays as it is then. */
  readonly isTemplate: boolean;
};

/** Fills in defaults: names, the default network. */
export function normalise(tree: Tree, surroundings: Surroundings): Canonical {
  const { name, isConsistent, isTemplate } = surroundings;
  const { services, networks, version: _, ...others } = toExactPlain(tree) as Plain;
  const known = isConsistent ? (services as Plain) : undefined;
  const normalServices = mapValues(services, (service) =>
    normaliseService(
      filledIn(withImplied(isTemplate ? (service as Plain) : written(service as Plain), known), surroundings),
    ),
  );
  const normalNetworks = normaliseNetworks((networks ?? {}) as Plain, normalServices, name);
  const resources = Object.fromEntries(
    resourceKinds.flatMap((kind) => {
      const named = mapValues(others[kind], (resource, key) => withName(resource, key, name));
      return isEmpty(named) ? [] : [[kind, named]];
    }),
  );
  return {
    ...without(others, [...resourceKinds, 'models']),
    ...resources,
    ...(!isEmpty(others.models) && { models: others.models as Models }),
    name,
    services: normalServices,
    ...(!isEmpty(normalNetworks) && { networks: normalNetworks }),
  };
}

type Models = NonNullable<Canonical['models']>;

const resourceKinds = ['volumes', 'secrets', 'configs'] as const;

/** A resource outside the project has its key as its name, one of the project has the project's name in front. */
function withName(resource: unknown, key: string, project: string): Plain & { readonly name: string } {
  const { name, ...rest } = (resource ?? {}) as Plain;
  return { ...rest, name: String(name ?? (mayBeTrue(rest.external) ? key : `${project}_${key}`)) };
}

/** Without interpolation it may be text, and a variable is more likely true. */
const mayBeTrue = (external: unknown): boolean => Boolean(external) && external !== 'false';

/** The project as the files have it, with no more than what tells a service from nothing. */
export function bare(tree: Tree, surroundings: Surroundings): Canonical {
  const { services, version: _, ...others } = toExactPlain(tree) as Plain;
  const declared = (['networks', ...resourceKinds] as const).flatMap((kind) =>
    isEmpty(others[kind]) || surroundings.isTemplate
      ? []
      : [[kind, mapValues(others[kind], (resource) => resource ?? {})]],
  );
  return {
    ...others,
    ...Object.fromEntries(declared),
    ...(!surroundings.isTemplate && { name: surroundings.name }),
    services: mapValues(services, (service) => filledIn(service as Plain, surroundings) as CanonicalService),
  };
}

/** Parts that files leave open: filled in before files are merged, they would override those of other files. */
function filledIn(service: Plain, { directory, isTemplate }: Surroundings): Plain {
  const { build, depends_on, deploy } = service;
  const withHosts = isTemplate ? (owner: Plain) => owner : withSortedHosts;
  return {
    ...withHosts(service),
    // The parts of what is one variable are unknown.
    ...(isMapping(depends_on) && {
      depends_on: mapValues(depends_on, (one) => ({ required: true, ...(one as Plain) })),
    }),
    ...(isMapping(deploy) && !isTemplate && { deploy: withScale(deploy, service) }),
    ...(isMapping(build) && {
      build: { ...withHosts(build), context: String(build.context ?? directory) },
    }),
  };
}

function withSortedHosts(owner: Plain): Plain {
  const { extra_hosts } = owner;
  return Array.isArray(extra_hosts) ? { ...owner, extra_hosts: [...extra_hosts].sort() } : owner;
}

/** A service that uses a part of another starts after it. */
function withImplied(service: Plain, known: Plain | undefined): Plain {
  const implied = servicesUsedBy(service as CanonicalService)
    .filter(({ name }) => !known || Object.hasOwn(known, name))
    .toReversed()
    .map(({ name, restart }) => [
      name,
      { condition: 'service_started', restart: restart ?? false, required: true },
    ]);
  if (implied.length === 0) return service;
  return { ...service, depends_on: { ...Object.fromEntries(implied), ...(service.depends_on ?? {}) } };
}

/** A key with nothing behind it is as if it was not there. */
function written(mapping: Plain): Plain {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== null));
}

function normaliseService(service: Plain): CanonicalService {
  const { networks, build, pre_start, pull_policy, ...others } = service;
  const isHost = ['rootfs', 'image', 'build', 'provider'].every((key) => service[key] === undefined);
  return {
    ...others,
    ...(isHost && { rootfs: 'host' }),
    ...(build !== undefined && { build: normaliseBuild(build) }),
    ...(pre_start !== undefined && { pre_start: withImage(pre_start, service) }),
    ...(pull_policy !== undefined && {
      pull_policy: pull_policy === 'if_not_present' ? 'missing' : pull_policy,
    }),
    ...(isEmpty(networks) && !isAlone(service) && { networks: { default: null } }),
    ...(!isEmpty(networks) && { networks }),
  } as CanonicalService;
}

/** The number of containers is the same for both keys. */
function withScale(deploy: unknown, { scale }: Plain): unknown {
  if (scale === undefined || !isMapping(deploy)) return deploy;
  return 'replicas' in deploy ? deploy : { ...deploy, replicas: scale };
}

/** A container that runs before those of a service has the image of the service, unless it names its own. */
function withImage(hooks: unknown, { image }: Plain): unknown {
  if (!image || !Array.isArray(hooks)) return hooks;
  return hooks.map((hook: Plain) => ({ image, ...hook }));
}

/** Whether it joins no network unless it says so. */
function isAlone({ network_mode, provider }: Plain): boolean {
  return Boolean(network_mode) || provider !== undefined;
}

/** Nearly all builds have the same Dockerfile. */
function normaliseBuild(build: unknown): CanonicalBuild {
  if (!isMapping(build)) return build as CanonicalBuild;
  return {
    ...(build.dockerfile_inline === undefined && { dockerfile: 'Dockerfile' }),
    ...(written(build) as CanonicalBuild),
  };
}

/** The default network exists exactly if a service uses it. */
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
  return mapValues(used, (network, key) => withName(network, key, project));
}

function without(object: Plain, keys: readonly string[]): Plain {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function isMapping(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

/** The values may be missing altogether. */
function mapValues<T>(object: unknown, change: (value: unknown, key: string) => T): Record<string, T> {
  return mapEntries((object ?? {}) as Plain, change);
}
