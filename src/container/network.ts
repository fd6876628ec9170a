import { latest } from '../base/lazy.ts';
import { addrAdd } from '../kernel/netlink/addr.ts';
import { batch } from '../kernel/netlink/batch.ts';
import { groupOf, linkAddVeth, linkSet, type VethPeer } from '../kernel/netlink/link.ts';
import type { Netlink } from '../kernel/netlink/message.ts';
import { routeAdd } from '../kernel/netlink/route.ts';
import { call, inside, type Step } from '../kernel/program.ts';
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
      return [inside(why, call('sendto', FIXED.hostRtnetlink, cable)), ...ACKNOWLEDGED.hostRtnetlink];
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
export const vethPair = (
  { hostName, name, bridge }: Link,
  position: number,
  netns: VethPeer['netns'],
): Netlink =>
  linkAddVeth({
    name: hostName,
    master: bridge,
    group: groupOf(bridge),
    peer: { name, index: indexOf(position), netns },
  });

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
export const interfaceSteps = ({ links }: Container): readonly Step[] => {
  const messages: readonly Netlink[] = [
    LOOPBACK_UP,
    ...links.flatMap((link, position) => interfaceMessages(link, indexOf(position))),
  ];
  return [
    ...socketSteps,
    inside('interfaces up, addresses and default route', call('sendto', FIXED.rtnetlink, batch(messages))),
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

/** In the network namespace of the container: the address of an interface, its start, and the default route. */
export const interfaceMessages = (
  { address, prefix, gateway }: Link,
  /** Its index. */
  device: number,
): readonly Netlink[] => {
  const added = addrAdd({ device, address, prefix });
  return gateway === undefined
    ? [added, deviceUp(device)]
    : [added, deviceUp(device), wayOut(gateway, device)];
};

// Shared by all containers of a network.
const deviceUp = latest((device: number) => linkSet(device, { up: true }));
const wayOut = latest((gateway: string, device: number) => routeAdd({ to: 'default', via: gateway, device }));

// netlink(7): an ack is a header, then 0 or -errno. That number becomes the flags of getrandom(2). It accepts 0 and
// refuses negative numbers, so a refused request stops the Program without a conditional jump.
const ANSWER = 'continues only if the kernel’s answer to the request is 0';

const acknowledged = (socket: number): readonly Step[] => [
  inside(ANSWER, call('readv', socket, [16, '$refused', 64])),
  inside(ANSWER, call('getrandom', 0, 0, '$refused')),
];

const ACKNOWLEDGED = {
  hostRtnetlink: acknowledged(FIXED.hostRtnetlink),
  rtnetlink: acknowledged(FIXED.rtnetlink),
};
