import { created } from '../../base/status.ts';
import { configHash, networkHash } from '../../plan/hash.ts';
import type { Network, Project, Service } from '../../project/model/project.ts';
import type { RunnerName } from '../containers/runners.ts';
import { chooseAddresses, chooseSubnets } from '../networks/subnets.ts';
import { containerId, interfaceName } from './names.ts';
import type { ContainerRecord, NetworkRecord, ProjectRecord } from './record/project-record.ts';

/** The networks of a project with their blocks; those that have one keep it. `routes` are the host's, as CIDRs. */
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

/** A container that is not there yet; its addresses are taken from those that are free. */
export const newContainer = (
  record: ProjectRecord,
  service: Service,
  number: number,
  name: string,
  runner: RunnerName,
  oneOff = false,
): ContainerRecord => ({
  id: containerId(),
  name,
  service: service.name,
  number,
  oneOff,
  configHash: configHash(service, {}),
  definition: service,
  created: Date.now(),
  addresses: Object.fromEntries(
    Object.keys(service.networks).map((key) => [key, freeAddress(record, key, name)]),
  ),
  ...created(),
  runner,
});

const freeAddress = (record: ProjectRecord, key: string, name: string): string => {
  const held = Object.fromEntries(
    Object.values(record.containers).flatMap((container) => {
      const address = container.addresses[key];
      return address === undefined ? [] : [[container.name, address] as const];
    }),
  );
  return chooseAddresses(record.networks[key]!, [name], held)[name]!;
};
