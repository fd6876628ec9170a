import type { ToPorts } from '../../../kernel/netlink/conntrack.ts';
import type { Netfilter } from '../netfilter.ts';
import type { Mapping } from './mapping.ts';

/**
 * Forgets the connections that clients have to these ports. Connection tracking keeps the holder that a port had at the
 * first packet, so a client of UDP that goes on would never reach the new one.
 */
export const forgetConnections = (netfilter: Netfilter, mappings: readonly Mapping[]): void => {
  const ways = new Map<string, Omit<ToPorts, 'ports'> & { readonly ports: Set<number> }>();
  for (const { protocol, hostPort, address } of mappings) {
    const version = address.includes(':') ? 'ip6' : 'ip';
    const key = `${version} ${protocol}`;
    const way = ways.get(key) ?? { version, protocol, ports: new Set() };
    ways.set(key, way);
    way.ports.add(hostPort);
  }
  for (const { ports, ...way } of ways.values()) netfilter.forget({ ...way, ports: [...ports] });
};
