import type { Canonical, CanonicalNetwork, CanonicalService } from './model/canonical.ts';
import { type Tree, toPlain } from './tree.ts';

type Plain = Readonly<Record<string, unknown>>;

/** Fills in what the files leave open: names, the default network, variables that come from outside. */
export function normalise(tree: Tree, name: string, variables: ReadonlyMap<string, string>): Canonical {
  const { services, networks, version: _, ...others } = toPlain(tree) as Plain;
  const normalServices = mapValues(services, (service) => normaliseService(service as Plain, variables));
  return {
    ...others,
    name,
    services: normalServices,
    networks: normaliseNetworks((networks ?? {}) as Plain, normalServices, name),
  };
}

function normaliseService(service: Plain, variables: ReadonlyMap<string, string>): CanonicalService {
  const { environment, networks, ...others } = service;
  const isHost = service.rootfs === undefined && service.image === undefined && service.build === undefined;
  return {
    ...withoutEmpty(others),
    command: (service.command ?? null) as string[] | null,
    entrypoint: (service.entrypoint ?? null) as string[] | null,
    ...(isHost && { rootfs: 'host' }),
    ...(!isEmpty(environment) && {
      environment: mapEntries(
        environment,
        (value, key) => (value as string | null) ?? variables.get(key) ?? null,
      ),
    }),
    networks: isEmpty(networks) ? { default: null } : (networks as CanonicalService['networks'] & {}),
  };
}

/** The default network is there exactly if somebody uses it. */
function normaliseNetworks(
  networks: Plain,
  services: Readonly<Record<string, CanonicalService>>,
  project: string,
): Record<string, CanonicalNetwork> {
  const isDefaultUsed = Object.values(services).some(
    (service) => service.networks && 'default' in service.networks,
  );
  const { default: ownDefault, ...others } = networks;
  const used = isDefaultUsed ? { default: ownDefault ?? null, ...others } : others;
  return mapEntries(used, (network, key) => {
    const { ipam, ...rest } = (network ?? {}) as Plain & Partial<CanonicalNetwork>;
    return { ...rest, name: rest.name ?? `${project}_${key}`, ipam: ipam ?? {} };
  });
}

/** Lists and mappings without anything in them say nothing. */
function withoutEmpty(object: Plain): Plain {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isEmpty(value)));
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
