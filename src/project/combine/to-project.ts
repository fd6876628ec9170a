import type { ModelPath } from '../../base/diagnostic.ts';
import { networkKeys } from '../keys/network-keys.ts';
import type { ServicePart, Written } from '../keys/service-key.ts';
import { serviceKeys } from '../keys/service-keys.ts';
import type {
  Canonical,
  CanonicalNamedVolume,
  CanonicalNetwork,
  CanonicalService,
} from '../model/canonical.ts';
import { plainService } from '../model/plain-service.ts';
import type { Network, Project, Service, Volume } from '../model/project.ts';
import type { SeccompProfile } from '../model/seccomp-profile.ts';
import { isBridge } from '../scalars/references.ts';
import { mapEntries } from './map-entries.ts';
import { withOwnContainers } from './own-containers.ts';

/** Properties of a project that the canonical form does not have. */
type Origin = Pick<Project, 'workingDir' | 'files' | 'environmentFiles' | 'inactive'>;

/** The profiles of system calls that files of services hold, by service. */
type Profiles = ReadonlyMap<string, SeccompProfile>;

/** Turns the canonical form into the model that the rest of the program works with, defaults included. */
export function toProject(canonical: Canonical, origin: Origin, profiles: Profiles = new Map()): Project {
  const hasService = (name: string) => Object.hasOwn(canonical.services, name);
  const declared = mapEntries(canonical.volumes ?? {}, (volume, key) =>
    toVolume(volume, key, canonical.name),
  );
  const volumeName = (key: string) => declared[key]?.name ?? key;
  const modes = networksOfModes(canonical);
  const services = mapEntries(canonical.services, (keys, name) =>
    toService({
      name,
      keys,
      hasService,
      volumeName,
      networkOfMode: (mode) => modes.get(mode)!.key,
      seccompProfile: profiles.get(name),
      materials: canonical,
    }),
  );
  const used = new Set(Object.values(services).flatMap((service) => Object.keys(service.networks)));
  const implied = Object.fromEntries([...modes.values()].map(({ key, network }) => [key, network]));
  const places = new Map(
    [...modes.values()].flatMap(({ key, from }) => (from === undefined ? [] : [[key, from]])),
  );
  const networks = Object.entries({ ...defaultNetwork(canonical), ...implied, ...canonical.networks }).filter(
    ([key]) => used.has(key),
  );
  return withOwnContainers({
    name: canonical.name,
    ...origin,
    services,
    networks: mapEntries(Object.fromEntries(networks), (network, key) =>
      toNetwork(network, key, canonical.name, places.get(key)),
    ),
    volumes: mounted(declared, services),
  });
}

function mounted(volumes: Project['volumes'], services: Project['services']): Project['volumes'] {
  const used = new Set(
    Object.values(services)
      .flatMap(({ mounts }) => mounts)
      .map((mount) => (mount.kind === 'volume' ? mount.volume : undefined)),
  );
  return Object.fromEntries(Object.entries(volumes).filter(([, { name }]) => used.has(name)));
}

type NetworkOfMode = {
  readonly key: string;
  readonly network: CanonicalNetwork;
  /** For one that is written nowhere else. */
  readonly from?: ModelPath;
};

/**
 * The networks that `network_mode` names, by mode. `bridge` is one of the machine, as Docker's own; another name is that
 * of a network of this project, or of the machine.
 */
function networksOfModes(canonical: Canonical): ReadonlyMap<string, NetworkOfMode> {
  const { networks = {} } = canonical;
  const all = Object.entries({ ...defaultNetwork(canonical), ...networks });
  const modes = new Map<string, ModelPath>();
  for (const [service, { network_mode: mode }] of Object.entries(canonical.services))
    if (mode && !modes.has(mode)) modes.set(mode, `services.${service}.network_mode`);
  return new Map(
    [...modes].map(([mode, from]): readonly [string, NetworkOfMode] => {
      if (isBridge(mode)) {
        const key = freeKey(networks, 'bridge');
        return [mode, { key, network: { name: 'bridge', external: true }, from }];
      }
      const own = all.find(([, { name }]) => name === mode);
      if (own) return [mode, { key: own[0], network: own[1] }];
      return [mode, { key: freeKey(networks, mode), network: { name: mode, external: true }, from }];
    }),
  );
}

function defaultNetwork({ name }: Canonical): NonNullable<Canonical['networks']> {
  return { default: { name: `${name}_default` } };
}

/** The name, if the project has no network of its own with that key. */
function freeKey(networks: NonNullable<Canonical['networks']>, name: string): string {
  let key = name;
  while (Object.hasOwn(networks, key)) key = `_${key}`;
  return key;
}

function toService(service: Written): Service {
  const parts = present(service.keys).map(([key, value]): ServicePart => {
    const known = Object.hasOwn(serviceKeys, key) ? serviceKeys[key] : undefined;
    return known?.model?.(value, service) ?? {};
  });
  const limits = joined(parts.map((part) => part.limits));
  const namespaces = joined(parts.map((part) => part.namespaces));
  return {
    name: service.name,
    ...plainService,
    ...joined(parts.map(({ limits: _, namespaces: __, ...part }) => part)),
    limits,
    ...(Object.keys(namespaces).length > 0 && { namespaces }),
  };
}

function toNetwork(
  network: CanonicalNetwork,
  key: string,
  project: string,
  from: ModelPath | undefined,
): Network {
  const parts = present(network).map(([name, value]) =>
    Object.hasOwn(networkKeys, name) ? networkKeys[name]?.model?.(value) : undefined,
  );
  return {
    key,
    ...(from !== undefined && { from }),
    name: network.name || `${project}_${key}`,
    ...joined(parts),
  };
}

/** An empty name is none. */
function toVolume(
  { name, external = false, driver_opts: options = {}, labels = {} }: CanonicalNamedVolume,
  key: string,
  project: string,
): Volume {
  return { key, name: name || (external ? key : `${project}_${key}`), external, options, labels };
}

/** The entries that have a value. */
function present(
  keys: CanonicalService | CanonicalNetwork,
): (readonly [key: string, value: NonNullable<unknown>])[] {
  return Object.entries(keys).flatMap(([key, value]) =>
    value === undefined || value === null || value === '' ? [] : [[key, value] as const],
  );
}

type Joined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** All properties of these that have a value. */
function joined<T extends object>(parts: readonly (T | undefined)[]): Joined<T> {
  const entries = parts.flatMap((part) => Object.entries(part ?? {}));
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Joined<T>;
}
