import { Problem } from '../../base/diagnostic.ts';
import {
  type Block,
  baseOf,
  formatIp,
  holds,
  type Ip,
  isHostAddress,
  lastOf,
  parseBlock,
  parseIp,
} from '../../base/ip.ts';
import type { NetworkBlock } from '../record/project-record.ts';

/** The blocks of one family of a network, in the order in which addresses are taken from them. */
type Blocks = { readonly key: string; readonly blocks: readonly NetworkBlock[] };

/**
 * Chooses addresses of one family on a network for containers by name: the container's current address, or else the
 * lowest free one. `held` may include further containers, whose addresses stay taken, and `promised` are addresses that
 * services ask for; no address is used twice. Throws a Problem for `subnet-exhausted`.
 */
export const addressBook = (
  { key, blocks }: Blocks,
  held: Readonly<Record<string, string>>,
  promised: Iterable<string> = [],
): ((container: string) => string) => {
  const kept = new Set([
    ...blocks.flatMap(({ gateway, reserved = [] }) => [gateway, ...reserved]).map(plain),
    ...[...promised].map(plain),
  ]);
  const used = new Set([...kept, ...Object.values(held).map(plain)]);
  const pools = blocks.map(poolOf);
  return (container) => {
    const own = parseIp(held[container] ?? '');
    if (own && !kept.has(formatIp(own)) && pools.some((pool) => isIn(pool, own))) return formatIp(own);
    for (const pool of pools) {
      while (pool.next <= pool.last) {
        const ip: Ip = { bits: pool.subnet.bits, value: pool.next++ };
        const text = formatIp(ip);
        if (used.has(text) || !isHostAddress(pool.subnet, ip)) continue;
        used.add(text);
        return text;
      }
    }
    throw new Problem({
      severity: 'error',
      code: 'subnet-exhausted',
      message: `the network \`${key}\` has no address left in ${pools.map(({ text }) => text).join(', ')}`,
      from: `networks.${key}`,
      help: blocks.some(({ range }) => range !== undefined)
        ? 'set a larger `ip_range`'
        : 'set a larger `subnet`',
    });
  };
};

/** Where addresses of a block are taken from. */
type Pool = {
  readonly text: string;
  readonly subnet: Block;
  readonly range: Block;
  readonly last: bigint;
  /** The lowest address that was not looked at. */
  next: bigint;
};

const poolOf = ({ subnet, range = subnet }: NetworkBlock): Pool => {
  const block = baseOf(parseBlock(range)!);
  return {
    text: range,
    subnet: parseBlock(subnet)!,
    range: block,
    last: lastOf(block).value,
    next: block.value,
  };
};

const isIn = ({ subnet, range }: Pool, ip: Ip): boolean => holds(range, ip) && isHostAddress(subnet, ip);

const plain = (address: string): string => {
  const ip = parseIp(address);
  return ip ? formatIp(ip) : address;
};
