import type { ToPort } from '../../../kernel/netlink/conntrack.ts';
import type { Netfilter } from '../netfilter.ts';
import type { Mapping } from './mapping.ts';

/**
 * Forgets the connections that clients have to these ports. Connection tracking keeps the holder that a port had at the
 * first packet, so a client of UDP that goes on would never reach the new one.
 */
export const forgetConnections = (netfilter: Netfilter, mappings: readonly Mapping[]): void => {
  for (const to of new Map(
    mappings.map((mapping) => [JSON.stringify(portOf(mapping)), portOf(mapping)]),
  ).values())
    netfilter.forget(to);
};

const portOf = ({ protocol, hostPort, address }: Mapping): ToPort => ({
  version: address.includes(':') ? 'ip6' : 'ip',
  protocol,
  port: hostPort,
});
