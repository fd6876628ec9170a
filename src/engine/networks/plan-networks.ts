import { networkHash } from '../../plan/hash.ts';
import type { Network, Project } from '../../project/model/project.ts';
import { interfaceName } from '../context/identifiers.ts';
import type { NetworkBlock, NetworkRecord } from '../record/project-record.ts';
import { blocksOf, isIpv4, isIpv6 } from './blocks.ts';
import { driverOptions } from './driver-options.ts';
import { readSite } from './families.ts';
import { chooseSubnets } from './subnets.ts';

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
