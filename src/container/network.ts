import { latest } from '../base/lazy.ts';
import { addrAdd } from '../kernel/netlink/addr.ts';
import { batch } from '../kernel/netlink/batch.ts';
import { groupOf, linkAddVeth, linkSet, portSet, type Veth, type VethPeer } from '../kernel/netlink/link.ts';
import type { Netlink } from '../kernel/netlink/message.ts';
import { routeAdd } from '../kernel/netlink/route.ts';
import { call, inside, type Step } from '../kernel/program/program.ts';
import { acknowledged } from './acknowledged.ts';
import { FIXED, FOR_STEPS, openAt } from './descriptors.ts';
import type { Container, Link } from './facts.ts';
import { hasOwn, namespaceSteps } from './namespaces.ts';

/** The index of lo is 1 in every network namespace. The other interfaces follow in their order. */
const LOOPBACK = 1;
const LOOPBACK_UP = linkSet(LOOPBACK, { up: true });
const indexOf = (position: number): number => LOOPBACK + 1 + position;

/**
 * Unshares the network namespace, and adds a veth pair for each network, from its bridge into the new namespace. The
 * container sends these requests through a netlink socket that it has opened in the host's network namespace before.
 */
export const linkSteps = (container: Container): readonly Step[] => {
  const { links } = container;
  if (links.length === 0) return namespaceSteps(container);
  const isFirst = hasOwn(container, 'pid');
  return [
    ...hostSocketSteps,
    ...namespaceSteps(container),
    ...(isFirst ? [] : ownNetworkSteps),
    ...links.flatMap((link, position) => {
      const why = `a veth pair from the bridge of network ${link.network} to ${link.name} of the container`;
      const cable = vethPair(link, position, isFirst ? { pid: ITSELF } : { fd: FIXED.ownNetwork });
      return [
        inside(why, call('sendto', FIXED.hostRtnetlink, batch(cable))),
        ...cable.flatMap(() => ACKNOWLEDGED.hostRtnetlink),
      ];
    }),
    hostSocketClosed,
  ];
};

const NETLINK = call('socket', 'AF_NETLINK', 'SOCK_RAW|SOCK_CLOEXEC', 0);

const hostSocketSteps = openAt(
  FIXED.hostRtnetlink,
  'rtnetlink',
  'a netlink socket in the network namespace of the host',
  NETLINK,
  FOR_STEPS,
);

const hostSocketClosed = inside(
  'the container keeps no socket of the host',
  call('close', FIXED.hostRtnetlink),
);

/** A veth pair between the bridge of a link and a network namespace; `position` is that of the link. */
export const vethPair = (link: Link, position: number, netns: VethPeer['netns']): readonly Netlink[] => [
  linkAddVeth({ ...pairOf(link, position, netns), master: link.bridge }),
  ...portSettings(link),
];

/** The same pair, which is no port of the bridge yet. */
export const unpluggedPair = (link: Link, position: number, netns: VethPeer['netns']): Netlink =>
  linkAddVeth(pairOf(link, position, netns));

export const plugged = (link: Link): readonly Netlink[] => [
  linkSet(link.hostName, { master: link.bridge }),
  ...portSettings(link),
];

const pairOf = (
  { hostName, name, bridge, mac, mtu }: Link,
  position: number,
  netns: VethPeer['netns'],
): Veth => ({
  name: hostName,
  group: groupOf(bridge),
  ...(mtu === undefined ? {} : { mtu }),
  peer: { name, index: indexOf(position), netns, mac },
});

const portSettings = ({ hostName, port }: Link): readonly Netlink[] =>
  Object.keys(port).length > 0 ? [portSet(hostName, port)] : [];

/** pid_namespaces(7): the PID of the container in its own PID namespace. */
const ITSELF = 1;

// In a shared PID namespace the PID is not known in advance.
const ownNetworkSteps = openAt(
  FIXED.ownNetwork,
  'network',
  'the network namespace of the container, for its ends of the veth pairs',
  call('openat', 'AT_FDCWD', '/proc/self/ns/net', 'O_RDONLY|O_CLOEXEC', 0),
  FOR_STEPS,
);

/** The container configures its interfaces over rtnetlink(7), without ip(8). */
export const interfaceSteps = (container: Container): readonly Step[] => {
  if (!hasOwn(container, 'network')) return [];
  const { links } = container;
  const messages: readonly Netlink[] = [
    LOOPBACK_UP,
    ...links.flatMap((link, position) => interfaceMessages(link, indexOf(position))),
  ];
  return [
    ...socketSteps,
    inside('interfaces up, addresses and default routes', call('sendto', FIXED.rtnetlink, batch(messages))),
    ...messages.flatMap(() => ACKNOWLEDGED.rtnetlink),
  ];
};

const socketSteps = openAt(
  FIXED.rtnetlink,
  'rtnetlink',
  'a netlink socket in the network namespace of the container',
  NETLINK,
  FOR_STEPS,
);

/** In the network namespace of the container: the addresses of an interface, its start, and its routes. */
export const interfaceMessages = (
  { addresses, routes, gateways }: Link,
  /** Its index. */
  device: number,
): readonly Netlink[] => [
  ...addresses.map((address) => addrAdd({ device, ...address })),
  deviceUp(device),
  ...routes.map((to) => routeAdd({ to, device })),
  ...gateways.map((gateway) => wayOut(gateway, device)),
];

// Shared by all containers of a network.
const deviceUp = latest((device: number) => linkSet(device, { up: true }));
const wayOut = latest((gateway: string, device: number) => routeAdd({ to: 'default', via: gateway, device }));

const ACKNOWLEDGED = {
  hostRtnetlink: acknowledged(FIXED.hostRtnetlink),
  rtnetlink: acknowledged(FIXED.rtnetlink),
};
