import { created } from '../../../base/status.ts';
import { configHash, networkHash } from '../../../plan/hash.ts';
import type { Network, Project, Service } from '../../../project/model/project.ts';
import type { RunnerName } from '../../containers/runners.ts';
import { type AddressesOf, recordedAddresses } from '../../networks/addresses.ts';
import { blocksOf, isIpv4, isIpv6 } from '../../networks/blocks.ts';
import { driverOptions } from '../../networks/driver-options.ts';
import { readSite } from '../../networks/families.ts';
import { chooseSubnets } from '../../networks/subnets.ts';
import { containerId, interfaceName } from '../names.ts';
import type { ContainerRecord, NetworkBlock, NetworkRecord } from './project-record.ts';

/**
 * The networks of a project with their subnets; existing networks keep theirs. `routes` are the host's, as CIDRs, and
 * `external` the networks that the project does not make, by key.
 */
export const planNetworks = (
  { name, networks }: Pick<Project, 'name' | 'networks'>,
  known: Readonly<Record<string, NetworkRecord>>,
  routes: readonly string[],
  external: Readonly<Record<string, NetworkRecord>> = {},
): Record<string, NetworkRecord> => {
  const own = Object.fromEntries(Object.entries(networks).filter(([, network]) => !network.external));
  const kept = Object.fromEntries(
    Object.values(known).map((network) => [network.key, blocksOf(network).map(({ subnet }) => subnet)]),
  );
  // The bridge of one that was not used since the machine was booted is not there yet.
  const elsewhere = Object.values(external).flatMap((network) =>
    blocksOf(network).map(({ subnet }) => subnet),
  );
  const chosen = chooseSubnets({ name, networks: own }, kept, [...routes, ...elsewhere], readSite());
  const made = Object.values(own).map((network) => [
    network.key,
    networkRecord(name, network, chosen[network.key]!),
  ]);
  return { ...Object.fromEntries(made), ...external };
};

const networkRecord = (project: string, network: Network, blocks: readonly NetworkBlock[]): NetworkRecord => {
  const { key, name, internal, labels, options } = network;
  const first = blocks.find(isIpv4);
  const first6 = blocks.find(isIpv6);
  return {
    key,
    name,
    hash: networkHash(network),
    bridge: driverOptions(network).bridge ?? interfaceName(`${project}/${key}`),
    subnet: first?.subnet ?? '',
    gateway: first?.gateway ?? '',
    ...(first6 ? { subnet6: first6.subnet, gateway6: first6.gateway } : {}),
    blocks,
    ...(internal ? { internal } : {}),
    ...(labels ? { labels } : {}),
    ...(options ? { options } : {}),
  };
};

/**
 * The record of a new container; it takes over the addresses of the replaced container where they fit, and its anonymous
 * volumes unless they are renewed.
 */
export const newContainer = (
  addressesOf: AddressesOf,
  service: Service,
  number: number,
  name: string,
  runner: RunnerName,
  { oneOff = false, ports, replaced, renewsVolumes = false }: NewContainerChoices = {},
): ContainerRecord => ({
  id: containerId(),
  name,
  service: service.name,
  number,
  oneOff,
  configHash: configHash(service),
  definition: service,
  created: Date.now(),
  ...recordedAddresses(
    Object.entries(service.networks).map(([key, attachment]) => [
      key,
      addressesOf(key, replaced?.name ?? name, attachment),
    ]),
  ),
  ...volumesOf(service, renewsVolumes ? {} : replaced?.volumes),
  ...created(),
  ...(ports && { ports }),
  runner,
  ...(replaced ? { replaces: { id: replaced.id, name: replaced.name } } : {}),
});

export type NewContainerChoices = {
  readonly oneOff?: boolean;
  readonly ports?: ContainerRecord['ports'] | undefined;
  readonly replaced?: ContainerRecord;
  readonly renewsVolumes?: boolean;
};

/** The names of the volumes of a container; anonymous ones are those that it had at the same targets, or new ones. */
const volumesOf = (
  { mounts }: Service,
  before: ContainerRecord['volumes'] = {},
): Pick<ContainerRecord, 'volumes'> => {
  const volumes = mounts.flatMap((mount) =>
    mount.kind === 'volume'
      ? [[mount.target, mount.volume ?? before[mount.target] ?? containerId()] as const]
      : [],
  );
  return volumes.length === 0 ? {} : { volumes: Object.fromEntries(volumes) };
};
