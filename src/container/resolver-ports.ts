import type { Netlink } from '../kernel/netlink/message.ts';
import { chainAdd } from '../kernel/netlink/nft/chain.ts';
import type { Table } from '../kernel/netlink/nft/message.ts';
import { is, ONLY_IP_DESTINATION, ONLY_IP_SOURCE, portOf, portSet } from '../kernel/netlink/nft/phrases.ts';
import { ruleAdd } from '../kernel/netlink/nft/rule.ts';
import { tableAdd } from '../kernel/netlink/nft/table.ts';
import { transaction } from '../kernel/netlink/nft/transaction.ts';
import { address, port } from '../kernel/netlink/nft/values.ts';

/** Where the name server of a container listens, and where programs ask it. */
export type Resolver = {
  /** `127.0.0.11` */
  readonly address: string;
  /** The port of its sockets. */
  readonly bound: number;
  /** The port that programs send to: 53. */
  readonly asked: number;
};

/**
 * One transaction for the network namespace of a container: packets to the asked port of the name server go to the bound
 * one, and answers come from the asked one. Without connection tracking, and so that a service can use port 53 itself.
 */
export const resolverPorts = ({ address: text, bound, asked }: Resolver): Netlink => {
  const server = address(text);
  return transaction([
    tableAdd(TABLE),
    chainAdd(TABLE, CHAIN, { type: 'filter', hook: 'output', priority: MANGLE }),
    ...PROTOCOLS.flatMap((protocol) => [
      ruleAdd(
        TABLE,
        CHAIN,
        is(ONLY_IP_DESTINATION, server),
        is(portOf(protocol, 'dport'), port(asked)),
        portSet(protocol, 'dport', port(bound)),
      ),
      ruleAdd(
        TABLE,
        CHAIN,
        is(ONLY_IP_SOURCE, server),
        is(portOf(protocol, 'sport'), port(bound)),
        portSet(protocol, 'sport', port(asked)),
      ),
    ]),
  ]);
};

const PROTOCOLS = ['udp', 'tcp'] as const;
const TABLE: Table = { family: 'ip', name: 'tscompose-names' };
const CHAIN = 'output';

/** nft(8): the priority of `mangle`, after connection tracking. */
const MANGLE = -150;
