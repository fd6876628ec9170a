import { latest } from '../base/lazy.ts';
import { NETLINK_NETFILTER } from '../kernel/netlink/nfnetlink.ts';
import { call, inside, type Ref, type Step } from '../kernel/program/program.ts';
import { acknowledged } from './acknowledged.ts';
import { FIXED, FOR_STEPS, openAt } from './descriptors.ts';
import type { Container } from './facts.ts';
import { type Resolver, resolverPorts } from './resolver-ports.ts';

/** Where the programs of a container ask for names, as in Docker. */
export const NAME_SERVER = '127.0.0.11';

const DNS = 53;

/** A service can have port 53 for itself: packets to the name server are sent to another port. */
export const BESIDE_SERVICES: Resolver = { address: NAME_SERVER, bound: 47_053, asked: DNS };

/** On a kernel without nf_tables. */
export const ON_ITS_PORT: Resolver = { address: NAME_SERVER, bound: DNS, asked: DNS };

/** The end of a pair of sockets through which the supervisor gets those of the name server. */
export const HANDOVER: Ref = '$names';

/**
 * Opens the sockets of the name server in the network namespace of the container, and hands them over: the supervisor
 * answers. Queries that come before it does so wait in the sockets, so that no program is refused.
 */
export const resolverSteps = ({ resolver }: Pick<Container, 'resolver'>): readonly Step[] =>
  resolver ? stepsFor(resolver) : [];

const stepsFor = latest((resolver: Resolver): readonly Step[] => [
  ...socketSteps(FIXED.nameDatagrams, 'datagrams', 'SOCK_DGRAM', resolver),
  ...socketSteps(FIXED.nameConnections, 'connections', 'SOCK_STREAM', resolver),
  inside(QUERIES, call('listen', FIXED.nameConnections, 128)),
  inside(
    'hands the sockets over to the supervisor',
    call('sendmsg', HANDOVER, [FIXED.nameDatagrams, FIXED.nameConnections]),
  ),
  ...(resolver.bound === resolver.asked ? [] : portSteps(resolver)),
]);

const QUERIES = 'the supervisor answers the queries for names at these sockets';

const socketSteps = (
  number: number,
  as: string,
  type: string,
  { address, bound: port }: Resolver,
): readonly Step[] => [
  ...openAt(
    number,
    as,
    QUERIES,
    call('socket', 'AF_INET', `${type}|SOCK_NONBLOCK|SOCK_CLOEXEC`, 0),
    FOR_STEPS,
  ),
  inside(QUERIES, call('bind', number, { address, port })),
];

const portSteps = (resolver: Resolver): readonly Step[] => [
  ...openAt(
    FIXED.netfilter,
    'netfilter',
    'a netlink socket for packet filters in the network namespace of the container',
    call('socket', 'AF_NETLINK', 'SOCK_RAW|SOCK_CLOEXEC', NETLINK_NETFILTER),
    FOR_STEPS,
  ),
  inside(
    `programs ask at port ${resolver.asked}, which a service can have as well`,
    call('sendto', FIXED.netfilter, resolverPorts(resolver)),
  ),
  ...acknowledged(FIXED.netfilter),
];
