import type { Diagnostic } from '../../../base/diagnostic.ts';
import { linkDel } from '../../../kernel/netlink/link.ts';
import type { Context } from '../../context/context.ts';
import { projectPaths, stateDirectory } from '../../directories/project-paths.ts';
import type { ContainerRecord, NetworkRecord } from '../../record/project-record.ts';
import { glance } from '../../record/read.ts';
import { usersElsewhere } from '../bridges.ts';
import { BRIDGE, machineNetworkPaths } from './paths.ts';
import { removeRecord } from './remove.ts';
import { findNetwork, type StoredNetwork } from './stored-network.ts';

/**
 * A container was removed: its addresses on shared networks are free, unless its successor has them. A network that its
 * maker has left goes with the last of its users.
 */
export const leaveNetworks = (context: Context, removed: ContainerRecord): void => {
  const { addresses, record } = context;
  for (const key of Object.keys(removed.definition.networks)) {
    const network = record.networks[key];
    if (!network || addresses.leases(network.name) === undefined) continue;
    for (const address of [removed.addresses[key], removed.addresses6?.[key]])
      if (address !== undefined && !isOfOther(record.containers, key, address))
        addresses.end(network.name, address);
    if (!network.external) continue;
    removeAbandoned(context, network);
    // The last project that leaves it removes the bridge, and another one may be made.
    context.bridges.delete(key);
  }
};

/** A project removes a network of its own: it belongs to the others that use it from now on. */
export const giveUpNetwork = (
  { addresses }: Pick<Context, 'addresses'>,
  network: NetworkRecord,
): readonly Diagnostic[] => {
  const users = usersElsewhere(addresses, network);
  if (users.length > 0) return [stays(network, users)];
  if (addresses.leases(network.name)) removeRecord(machineNetworkPaths(stateDirectory()), network.name);
  return [];
};

const isOfOther = (
  containers: Readonly<Record<string, ContainerRecord>>,
  key: string,
  address: string,
): boolean =>
  Object.values(containers).some(
    ({ addresses, addresses6 }) => addresses[key] === address || addresses6?.[key] === address,
  );

const removeAbandoned = ({ addresses, route }: Context, { name }: NetworkRecord): void => {
  const paths = machineNetworkPaths(stateDirectory());
  const stored = findNetwork(paths, name);
  if (!stored || addresses.leases(name)?.length !== 0 || !isAbandoned(stored)) return;
  if (removeRecord(paths, name)) route.request(linkDel(stored.network.bridge));
};

const isAbandoned = ({ project, network: { name } }: StoredNetwork): boolean => {
  if (name === BRIDGE) return true;
  if (project === undefined) return false;
  const owner = glance(projectPaths(project).record);
  return !Object.values(owner?.networks ?? {}).some((network) => network.name === name);
};

const stays = ({ name }: NetworkRecord, users: readonly string[]): Diagnostic => ({
  severity: 'warning',
  code: 'network-in-use',
  message: `the network \`${name}\` stays, for containers of other projects use it`,
  facts: users.map((user) => ['used by', user]),
  notes: ['it goes with the last of them'],
});
