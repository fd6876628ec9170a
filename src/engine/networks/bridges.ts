import { Problem } from '../../base/diagnostic.ts';
import { parseSubnet } from '../../base/ipv4.ts';
import { type Errno, errnoName } from '../../kernel/errno.ts';
import { addrAdd } from '../../kernel/netlink/addr.ts';
import { groupOf, linkAddBridge, linkDel, linkDelGroup, linkSet, macOf } from '../../kernel/netlink/link.ts';
import type { Netlink } from '../../kernel/netlink/message.ts';
import type { Context } from '../supervisor/context.ts';
import type { NetworkRecord } from '../supervisor/record/project-record.ts';
import type { Route } from './rtnetlink.ts';

/** The maximum number of ports of a bridge: the kernel's BR_MAX_PORTS is 1024, and 0 is the bridge itself. */
export const MAX_ATTACHMENTS = 1023;

/** Ensures that the bridge of a network exists and is up; true if it was created. */
export const ensureBridge = (context: Context, network: NetworkRecord): boolean => {
  if (context.bridges.has(network.key)) return false;
  const found = bridgeOf(context.route, network);
  const index = found ?? createBridge(context, network);
  context.bridges.set(network.key, index);
  return found === undefined;
};

/** Removes the bridge and its veth pairs; the kernel would remove those of ended containers only later. */
export const removeBridge = ({ bridges, route }: Context, network: NetworkRecord): void => {
  // The known bridge may have been removed, and another one created with its name.
  for (const index of new Set([bridges.get(network.key), bridgeOf(route, network)]))
    if (index !== undefined) route.request(linkDelGroup(groupOf(index)));
  bridges.delete(network.key);
  route.request(linkDel(network.bridge));
};

/** Forgets bridges that were removed from outside; the next start on their networks creates them again. */
export const forgetGoneBridges = ({ bridges, record, route }: Context): void => {
  for (const [key, index] of bridges) {
    const network = record.networks[key];
    if (!network || bridgeOf(route, network) !== index) bridges.delete(key);
  }
};

/** Keys of networks whose bridge is missing, or whose veth pairs are fewer than their running containers. */
export const brokenNetworks = ({ record, running, route, bridges }: Context): ReadonlySet<string> => {
  const attached = [...running.keys()].flatMap((name) =>
    Object.keys(record.containers[name]?.definition.networks ?? {}),
  );
  if (attached.length === 0) return new Set();
  const links = route.links();
  const isBroken = (key: string): boolean => {
    const bridge = links.find(({ name }) => name === record.networks[key]?.bridge)?.index;
    if (bridge === undefined || (bridges.has(key) && bridges.get(key) !== bridge)) return true;
    return (
      links.filter(({ master }) => master === bridge).length < attached.filter((one) => one === key).length
    );
  };
  return new Set([...new Set(attached)].filter(isBroken));
};

/** The blocks that a new network must not overlap: every route and address of the host. */
export const hostBlocks = ({ route }: Pick<Context, 'route'>): readonly string[] => [
  ...route.routes().map(({ to }) => to),
  ...route.addresses().map(({ address, prefix }) => `${address}/${prefix}`),
];

/** Networks of a project without a record, found by the aliases of their bridges. */
export const networksLeft = (project: string, route: Route): Readonly<Record<string, NetworkRecord>> => {
  const prefix = aliasOf(project, '');
  const bridges = route.links().filter(({ alias }) => alias?.startsWith(prefix));
  return Object.fromEntries(
    bridges.map(({ alias = '', name }) => {
      const key = alias.slice(prefix.length);
      return [key, { key, name: `${project}_${key}`, hash: '', subnet: '', gateway: '', bridge: name }];
    }),
  );
};

const aliasOf = (project: string, key: string): string => `tscompose/${project}/${key}`;

const bridgeOf = (route: Route, { bridge }: NetworkRecord): number | undefined => route.link(bridge)?.index;

const createBridge = ({ route, record }: Context, network: NetworkRecord): number => {
  must(route, network, linkAddBridge({ name: network.bridge, mac: macOf(network.gateway) }));
  const index = bridgeOf(route, network) as number;
  const { prefix } = parseSubnet(network.subnet)!;
  const alias = aliasOf(record.name, network.key);
  // A host with IP forwarding, for example for Docker, would forward between the networks.
  must(route, network, linkSet(index, { alias, group: groupOf(index), forwarding: 'off' }));
  // With ipv6.disable=1 on the kernel command line there is nothing to switch off.
  must(route, network, linkSet(index, { addrGenMode: 'none' }), 'EAFNOSUPPORT');
  must(route, network, addrAdd({ device: index, address: network.gateway, prefix }));
  must(route, network, linkSet(index, { up: true }));
  return index;
};

const must = (route: Route, { key, bridge }: NetworkRecord, message: Netlink, tolerate?: Errno): void => {
  const errno = route.request(message);
  if (errno === 0 || errnoName(errno) === tolerate) return;
  route.request(linkDel(bridge));
  throw new Problem({
    severity: 'error',
    code: 'step-failed',
    message: `network ${key} could not be created`,
    from: `networks.${key}`,
    facts: [['call', `ip ${message.text} = ${errnoName(errno)}`]],
  });
};
