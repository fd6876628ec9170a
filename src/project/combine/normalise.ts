import { servicesUsedBy } from '../keys/uses.ts';
import type { Canonical, CanonicalBuild, CanonicalNetwork, CanonicalService } from '../model/canonical.ts';
import { type Tree, toExactPlain } from '../tree/tree.ts';

type Plain = Readonly<Record<string, unknown>>;

/** Fills in defaults: names, the default network; `directory` is where a build finds its files. */
export function normalise(tree: Tree, name: string, directory: string): Canonical {
  const { services, networks, version: _, ...others } = toExactPlain(tree) as Plain;
  const normalServices = mapValues(services, (service) =>
    normaliseService(withImplied(written(service as Plain), services as Plain), directory),
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

/** The project as the files have it, with no more than what tells a service from nothing. */
export function bare(tree: Tree, name: string): Canonical {
  const { services, version: _, ...others } = toExactPlain(tree) as Plain;
  return {
    ...others,
    name,
    services: mapValues(services, (service) => service as CanonicalService),
  };
}

/** A service that uses a part of another starts after it. */
function withImplied(service: Plain, services: Plain): Plain {
  const implied = servicesUsedBy(service as CanonicalService)
    .filter(({ name }) => Object.hasOwn(services, name))
    .toReversed()
    .map(({ name, restart }) => [name, { condition: 'service_started', restart, required: true }]);
  if (implied.length === 0) return service;
  return { ...service, depends_on: { ...Object.fromEntries(implied), ...(service.depends_on ?? {}) } };
}

/** A key with nothing behind it is as if it was not there. */
function written(mapping: Plain): Plain {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== null));
}

function normaliseService(service: Plain, directory: string): CanonicalService {
  const { networks, build, deploy, extra_hosts, pre_start, ...others } = service;
  const isHost = ['rootfs', 'image', 'build', 'provider'].every((key) => service[key] === undefined);
  return {
    ...others,
    ...(isHost && { rootfs: 'host' }),
    ...(build !== undefined && { build: normaliseBuild(build, directory) }),
    ...(deploy !== undefined && { deploy: withScale(deploy, service) }),
    ...(pre_start !== undefined && { pre_start: withImage(pre_start, service) }),
    ...(!isEmpty(extra_hosts) && { extra_hosts: sortedHosts(extra_hosts) }),
    ...(isEmpty(networks) && !isAlone(service) && { networks: { default: null } }),
    ...(!isEmpty(networks) && { networks }),
  } as CanonicalService;
}

/** The number of containers is the same for both keys. */
function withScale(deploy: unknown, { scale }: Plain): unknown {
  if (scale === undefined || typeof deploy !== 'object' || deploy === null) return deploy;
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

/** Files leave out what nearly all builds have in common; filled in before they are merged, it would override. */
function normaliseBuild(build: unknown, directory: string): CanonicalBuild {
  // The parts of a build that is one variable are unknown.
  if (typeof build !== 'object') return build as CanonicalBuild;
  const { extra_hosts, context, ...others } = build as Plain;
  return {
    ...(others.dockerfile_inline === undefined && { dockerfile: 'Dockerfile' }),
    ...written(others),
    context: String(context ?? directory),
    ...(!isEmpty(extra_hosts) && { extra_hosts: sortedHosts(extra_hosts) }),
  };
}

function sortedHosts(lines: unknown): string[] {
  return [...(lines as string[])].sort();
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
  return mapEntries(used, (network, key) => withName(network, key, project));
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
