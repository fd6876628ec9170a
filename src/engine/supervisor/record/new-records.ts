import { created } from '../../../base/status.ts';
import { configHash, networkHash } from '../../../plan/hash.ts';
import type { Network, Project, Service } from '../../../project/model/project.ts';
import type { RunnerName } from '../../containers/runners.ts';
import { addressBook, chooseSubnets } from '../../networks/subnets.ts';
import { containerId, interfaceName } from '../names.ts';
import type { ContainerRecord, NetworkRecord, ProjectRecord } from './project-record.ts';

/** The networks of a project with their subnets; existing networks keep theirs. `routes` are the host's, as CIDRs. */
export const planNetworks = (
  project: Project,
  known: Readonly<Record<string, NetworkRecord>>,
  routes: readonly string[],
): Record<string, NetworkRecord> => {
  const kept = Object.fromEntries(Object.values(known).map(({ key, subnet }) => [key, subnet]));
  const chosen = chooseSubnets(project, kept, routes);
  return Object.fromEntries(
    Object.values(project.networks).map((network) => [
      network.key,
      networkRecord(project.name, network, chosen[network.key]!),
    ]),
  );
};

const networkRecord = (
  project: string,
  network: Network,
  addresses: { readonly subnet: string; readonly gateway: string },
): NetworkRecord => ({
  key: network.key,
  name: network.name,
  hash: networkHash(network),
  bridge: interfaceName(`${project}/${network.key}`),
  ...addresses,
});

/** Allocates an address for a container, by its name, on a network, by its key. */
export type AddressOf = (network: string, container: string) => string;

/** Addresses that no container of the record uses; the record is searched once for all of them. */
export const freeAddresses = ({ networks, containers }: ProjectRecord): AddressOf => {
  const held = new Map<string, Record<string, string>>();
  for (const { name, addresses } of Object.values(containers)) {
    for (const [key, address] of Object.entries(addresses)) {
      const names = held.get(key) ?? {};
      names[name] = address;
      held.set(key, names);
    }
  }
  const books = new Map<string, (container: string) => string>();
  return (key, container) => {
    const book = books.get(key) ?? addressBook(networks[key]!, held.get(key) ?? {});
    books.set(key, book);
    return book(container);
  };
};

/**
 * The record of a new container; it takes over the addresses of the replaced container where they fit, and its anonymous
 * volumes unless they are renewed.
 */
export const newContainer = (
  addressOf: AddressOf,
  service: Service,
  number: number,
  name: string,
  runner: RunnerName,
  { oneOff = false, replaced, renewsVolumes = false }: NewContainerChoices = {},
): ContainerRecord => ({
  id: containerId(),
  name,
  service: service.name,
  number,
  oneOff,
  configHash: configHash(service),
  definition: service,
  created: Date.now(),
  addresses: Object.fromEntries(
    Object.keys(service.networks).map((key) => [key, addressOf(key, replaced?.name ?? name)]),
  ),
  ...volumesOf(service, renewsVolumes ? {} : replaced?.volumes),
  ...created(),
  runner,
  ...(replaced ? { replaces: { id: replaced.id, name: replaced.name } } : {}),
});

export type NewContainerChoices = {
  readonly oneOff?: boolean;
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
