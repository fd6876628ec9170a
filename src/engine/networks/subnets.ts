import { createHash } from 'node:crypto';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import {
  broadcastOf,
  contains,
  covers,
  formatAddress,
  formatSubnet,
  networkOf,
  nthAddress,
  overlaps,
  parseAddress,
  parseSubnet,
  type Subnet,
} from '../../base/ipv4.ts';
import type { Network, Project } from '../../project/model/project.ts';

/** `172.20.0.0/20` and `172.20.0.1`. */
export type NetworkAddresses = { readonly subnet: string; readonly gateway: string };

/**
 * Assigns a subnet to every network of the project: the one of the file, or else its existing one (`kept`, by the
 * network's key), or else a private one that is used neither by the host (CIDRs of its routes and addresses) nor by
 * another network. The search starts at a position derived from the name, so that another host probably gets the same
 * result. Throws a Problem for `subnet-overlap` and `subnet-exhausted`.
 */
export const chooseSubnets = (
  project: Pick<Project, 'name' | 'networks'>,
  kept: Readonly<Record<string, string>>,
  host: readonly string[],
): Readonly<Record<string, NetworkAddresses>> => {
  const networks = Object.values(project.networks);
  const keptBlocks = new Map(
    networks.flatMap(({ key }) => blocks(kept[key]).map((block) => [key, block] as const)),
  );
  const elsewhere = foreign(host, [...keptBlocks.values()]);
  const chosen = new Map<string, Subnet>();
  const problems: Diagnostic[] = [];

  for (const network of networks.filter(({ subnet }) => subnet !== undefined)) {
    const block = parseSubnet(network.subnet!)!;
    const other = elsewhere.find((taken) => overlaps(taken, block));
    if (other && !isSame(block, keptBlocks.get(network.key))) problems.push(overlap(network, other));
    chosen.set(network.key, block);
  }
  for (const [key, block] of keptBlocks)
    if (!chosen.has(key) && ![...chosen.values()].some((taken) => overlaps(taken, block)))
      chosen.set(key, block);
  for (const network of networks.filter(({ key }) => !chosen.has(key))) {
    const block = firstFree(`${project.name}/${network.key}`, [
      ...elsewhere,
      ...keptBlocks.values(),
      ...chosen.values(),
    ]);
    if (block) chosen.set(network.key, block);
    else problems.push(noneFree(network));
  }
  if (problems.length > 0) throw new Problem(...problems);
  return Object.fromEntries(
    networks.map((network) => [network.key, addressesOf(network, chosen.get(network.key)!)]),
  );
};

/**
 * Assigns addresses on one network to containers by name: the container's current address, or else the lowest free one.
 * `held` may include further containers, whose addresses stay reserved; no address is used twice. Throws a Problem for
 * `subnet-exhausted`.
 */
export const addressBook = (
  network: NetworkAddresses & { readonly key: string },
  held: Readonly<Record<string, string>>,
): ((container: string) => string) => {
  const block = parseSubnet(network.subnet)!;
  const gateway = parseAddress(network.gateway)!;
  const usable = (address: number): boolean =>
    contains(block, address) && !isEnd(block, address) && address !== gateway;
  const used = new Set([gateway, ...Object.values(held).map((address) => parseAddress(address)!)]);
  let next = networkOf(block).address;
  return (container) => {
    const own = parseAddress(held[container] ?? '');
    if (own !== undefined && usable(own)) return formatAddress(own);
    while (contains(block, next) && (used.has(next) || !usable(next))) next++;
    if (!contains(block, next)) throw new Problem(full(network));
    used.add(next);
    return formatAddress(next);
  };
};

// The host's routes include our own bridges; the kept ones must not conflict with themselves.
const foreign = (host: readonly string[], own: readonly Subnet[]): readonly Subnet[] =>
  host
    .flatMap(blocks)
    .filter(({ prefix }) => prefix >= SHORTEST_ROUTE)
    .filter((block) => !own.some((kept) => covers(kept, block)));

const firstFree = (name: string, taken: readonly Subnet[]): Subnet | undefined => {
  const start = createHash('sha256').update(name).digest().readUInt32BE();
  for (const pool of POOLS) {
    const count = 2 ** (PREFIX - pool.prefix);
    for (let step = 0; step < count; step++) {
      const address = pool.address + ((start + step) % count) * 2 ** (32 - PREFIX);
      const block = { address, prefix: PREFIX };
      if (!taken.some((other) => overlaps(other, block))) return block;
    }
  }
  return undefined;
};

const addressesOf = ({ gateway }: Network, block: Subnet): NetworkAddresses => ({
  subnet: formatSubnet(block),
  gateway: gateway ?? formatAddress(nthAddress(block, 1) ?? block.address),
});

const blocks = (text: string | undefined): readonly Subnet[] => {
  const block = text === undefined ? undefined : parseSubnet(text);
  return block ? [networkOf(block)] : [];
};

const isSame = (a: Subnet, b: Subnet | undefined): boolean =>
  b !== undefined && formatSubnet(a) === formatSubnet(b);

// RFC 3021: a block of one or two addresses has no network and broadcast addresses.
const isEnd = (block: Subnet, address: number): boolean =>
  block.prefix < 31 && (address === networkOf(block).address || address === broadcastOf(block));

const overlap = ({ key, subnet }: Network, other: Subnet): Diagnostic => ({
  severity: 'error',
  code: 'subnet-overlap',
  message: `the network \`${key}\` wants ${subnet}, but this machine has a route to ${formatSubnet(other)}`,
  from: `networks.${key}.ipam.config[0].subnet`,
  help: 'choose another subnet, or leave out `subnet` to get a free one',
});

const noneFree = ({ key }: Network): Diagnostic => ({
  severity: 'error',
  code: 'subnet-exhausted',
  message: `no private subnet is free for the network \`${key}\``,
  from: `networks.${key}`,
  notes: [`looked for a /${PREFIX} in ${POOLS.map(formatSubnet).join(', ')}`],
  help: 'set a `subnet`',
});

const full = ({ key, subnet }: NetworkAddresses & { readonly key: string }): Diagnostic => ({
  severity: 'error',
  code: 'subnet-exhausted',
  message: `the network \`${key}\` has no address left in ${subnet}`,
  from: `networks.${key}`,
  help: 'set a larger `subnet`',
});

/** RFC 1918. A bridge has at most 1023 ports, so 4093 addresses are enough for each network. */
const POOLS: readonly Subnet[] = ['172.16.0.0/12', '10.0.0.0/8', '192.168.0.0/16'].flatMap(blocks);
const PREFIX = 20;

/** 0.0.0.0/1 and the like are default routes of VPNs. */
const SHORTEST_ROUTE = 8;
