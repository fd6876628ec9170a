import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { formatIp, parseIp } from '../../base/ip.ts';
import { groupOf, linkDel, linkDelGroup } from '../../kernel/netlink/link.ts';
import type { Netlink } from '../../kernel/netlink/message.ts';
import type { FoundRoute } from '../../kernel/netlink/parse.ts';
import { type Errno, errnoName } from '../../kernel/program/errno.ts';
import type { Context } from '../context/context.ts';
import type { NetworkRecord } from '../record/project-record.ts';
import { blocksOf } from './blocks.ts';
import { aliasOf, bridgeAdd, bridgeSteps } from './bridge-steps.ts';
import { ensureFilter, openWayOut } from './filter/of-project.ts';
import type { SharedAddresses } from './machine/shared-addresses.ts';
import { type Route, setIpv6 } from './rtnetlink.ts';

/** The maximum number of ports of a bridge: the kernel's BR_MAX_PORTS is 1024, and 0 is the bridge itself. */
export const MAX_ATTACHMENTS = 1023;

/** Ensures that the bridge of a network exists and is up; true if it was created. */
export const ensureBridge = (
  context: Pick<Context, 'bridges' | 'filter' | 'record' | 'route'>,
  network: NetworkRecord,
): boolean => {
  if (context.bridges.has(network.key)) return false;
  ensureFilter(context);
  const found = bridgeOf(context.route, network);
  const index = found ?? createBridge(context, network);
  context.bridges.set(network.key, index);
  openWayOut(context);
  return found === undefined;
};

/** Takes over the networks of an earlier supervisor, after the containers. */
export const adoptNetworks = (context: Context): void => {
  ensureFilter(context);
  openWayOut(context);
};

/**
 * Removes the bridge and its veth pairs; the kernel would remove those of ended containers only later. An external
 * network stays, and one that containers of other projects have addresses on.
 */
export const removeBridge = (
  { addresses, bridges, route }: Pick<Context, 'addresses' | 'bridges' | 'route'>,
  network: NetworkRecord,
): void => {
  if (network.external || usersElsewhere(addresses, network).length > 0)
    return void bridges.delete(network.key);
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

/** Keys of networks whose bridge is missing, down or without its addresses, or whose veth pairs are fewer than their running containers. */
export const brokenNetworks = ({ record, running, route, bridges }: Context): ReadonlySet<string> => {
  const attached = [...running.keys()].flatMap((name) =>
    Object.keys(record.containers[name]?.definition.networks ?? {}),
  );
  if (attached.length === 0) return new Set();
  const addresses = new Set(route.addresses().map(({ device, address }) => `${device} ${address}`));
  const isBroken = (key: string): boolean => {
    const network = record.networks[key];
    if (!network) return true;
    const found = route.link(network.bridge);
    if (!found?.up || (bridges.has(key) && bridges.get(key) !== found.index)) return true;
    const bridge = found.index;
    if (!blocksOf(network).every(({ gateway }) => addresses.has(`${bridge} ${canonical(gateway)}`)))
      return true;
    return route.ports(bridge) < attached.filter((one) => one === key).length;
  };
  return new Set([...new Set(attached)].filter(isBroken));
};

/** The blocks that a new network must not overlap: every route and address of the host. */
export const hostBlocks = (
  { route }: Pick<Context, 'route'>,
  routes: readonly FoundRoute[] = route.routes(),
): readonly string[] => [
  ...routes.map(({ to }) => to),
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

const canonical = (address: string): string => formatIp(parseIp(address)!);
/** The containers of other projects that have addresses on a network, as `<project>/<container>`. */
export const usersElsewhere = (
  { project: own, leases }: SharedAddresses,
  { name }: NetworkRecord,
): readonly string[] =>
  (leases(name) ?? []).flatMap(({ project, container }) =>
    project === own ? [] : [`${project}/${container}`],
  );

const bridgeOf = (route: Route, { bridge }: NetworkRecord): number | undefined => route.link(bridge)?.index;

const createBridge = (
  { route, record }: Pick<Context, 'route' | 'record'>,
  network: NetworkRecord,
): number => {
  const adding = bridgeAdd(network);
  const added = route.request(adding);
  // Another project that uses the network was faster.
  const theirs = errnoName(added) === 'EEXIST' && network.external ? bridgeOf(route, network) : undefined;
  if (theirs !== undefined) return theirs;
  if (added !== 0) throw new Problem(notCreated(network, adding, added));
  const index = bridgeOf(route, network) as number;
  for (const step of bridgeSteps(record.name, network, index))
    if ('setting' in step) setIpv6(network.bridge, step.setting, step.value);
    else must(route, network, step.message, step.tolerate);
  return index;
};

const must = (route: Route, network: NetworkRecord, message: Netlink, tolerate?: Errno): void => {
  const errno = route.request(message);
  if (errno === 0 || errnoName(errno) === tolerate) return;
  route.request(linkDel(network.bridge));
  throw new Problem(notCreated(network, message, errno));
};

const notCreated = ({ key }: NetworkRecord, { text }: Netlink, errno: number): Diagnostic => ({
  severity: 'error',
  code: 'step-failed',
  message: `network ${key} could not be created`,
  from: `networks.${key}`,
  facts: [['call', `ip ${text} = ${errnoName(errno)}`]],
});
