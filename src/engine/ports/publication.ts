import { isIPv6 } from 'node:net';
import { oncePer } from '../../base/lazy.ts';
import { isLoopback } from '../../project/scalars/network/addresses.ts';
import { type Addresses, addressesOn } from '../networks/addresses.ts';
import type { Mapping } from '../networks/filter/mapping.ts';
import { wayOut } from '../networks/way-out.ts';
import type { BoundPort, ContainerRecord, NetworkRecord } from '../record/project-record.ts';
import type { HostSocket, RelayEntry } from './relay/sockets.ts';

/** The ways to the ports of a container. */
export type Publication = {
  /** For the packet filter, which keeps the address of the client. */
  readonly mappings: readonly Mapping[];
  /**
   * For the relay: every port, so that no other program gets it. It serves what the packet filter does not rewrite:
   * loopback, IPv6 to a container without it, and all on a machine without a packet filter.
   */
  readonly entries: readonly RelayEntry[];
};

export const publicationOf = (container: ContainerRecord, networks: Networks): Publication => {
  const { ports = [] } = container;
  const { ipv4, ipv6 } = addressesOf(container, networks);
  if (ipv4 === undefined && ipv6 === undefined) return { mappings: [], entries: [] };
  return {
    mappings: ports.flatMap(({ protocol, hostIp, hostPort, port }) => {
      const address = isIPv6(hostIp) ? ipv6 : ipv4;
      return address === undefined || isLoopback(hostIp)
        ? []
        : [{ protocol, hostIp, hostPort, address, port }];
    }),
    entries: ports.filter(isRelayed).map((bound) => {
      const own = isIPv6(bound.hostIp) ? ipv6 : ipv4;
      const to = { address: (own ?? ipv4 ?? ipv6) as string, port: bound.port };
      return { ...socketOf(bound), to };
    }),
  };
};

/** The sockets of the host that the ports of a container take: the same objects, as long as it has the same ports. */
export const hostSockets = ({ ports = [] }: Pick<ContainerRecord, 'ports'>): readonly HostSocket[] =>
  ports.filter(isRelayed).map(socketOf);

/** A relay of SCTP does not exist. */
const isRelayed = (bound: BoundPort): bound is RelayedPort => bound.protocol !== 'sctp';

type RelayedPort = BoundPort & Pick<HostSocket, 'protocol'>;

const socketOf = oncePer(
  ({ protocol, hostIp, hostPort }: RelayedPort): HostSocket => ({
    protocol,
    address: hostIp,
    port: hostPort,
  }),
);

const addressesOf = (container: ContainerRecord, networks: Networks): Addresses => {
  const ofFamily = (family: keyof Addresses): string | undefined => {
    const onNetwork = ({ key }: NetworkRecord) => addressesOn(container, key)[family];
    const network = wayOut(container.definition, networks, (one) => onNetwork(one) !== undefined);
    return network && onNetwork(network);
  };
  const [ipv4, ipv6] = [ofFamily('ipv4'), ofFamily('ipv6')];
  return { ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) };
};

type Networks = Readonly<Record<string, NetworkRecord>>;
