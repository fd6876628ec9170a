import type { FoundRoute } from '../../../kernel/netlink/parse.ts';
import type { Context } from '../../context/context.ts';
import type { NetworkRecord, ProjectRecord } from '../../record/project-record.ts';
import { blocksOf } from '../blocks.ts';
import { driverOptions } from '../driver-options.ts';
import type { FilteredNetwork } from './ruleset.ts';

/** Puts the rules of all networks of the record in force. */
export const ensureFilter = ({ filter, record }: Pick<Context, 'filter' | 'record'>): void =>
  filter.ensure(filteredNetworks(record));

/** Opens firewalls of other programs for all networks of the record, or says which are in the way. */
export const openFirewalls = ({ filter, record }: Pick<Context, 'filter' | 'record'>): void =>
  filter.openFirewalls(filteredNetworks(record));

/** Tells of routes of the host that overlap subnets of these networks. */
export const tellCollisions = (
  { filter }: Pick<Context, 'filter'>,
  networks: ProjectRecord['networks'],
  routes: readonly FoundRoute[],
): void => filter.lookAtRoutes(filteredNetworks({ networks }), routes);

/** Lets packets of all networks of the record through the host. */
export const openWayOut = ({ filter, record }: Pick<Context, 'filter' | 'record'>): void =>
  filter.open(filteredNetworks(record));

// Networks that were found by their bridges have no subnet; nothing is started on them.
export const filteredNetworks = ({ networks }: Pick<ProjectRecord, 'networks'>): readonly FilteredNetwork[] =>
  Object.values(networks)
    .filter((network) => blocksOf(network).every(({ subnet }) => subnet !== ''))
    .map(filteredNetwork);

const filteredNetwork = (network: NetworkRecord): FilteredNetwork => {
  const { masquerade, icc } = driverOptions(network);
  return {
    key: network.key,
    bridge: network.bridge,
    blocks: blocksOf(network).map(({ subnet }) => subnet),
    internal: network.internal ?? false,
    masquerade,
    icc,
  };
};
