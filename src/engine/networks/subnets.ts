import { createHash } from 'node:crypto';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import {
  type Block,
  baseOf,
  encloses,
  formatBlock,
  formatIp,
  lastOf,
  overlap,
  parseBlock,
} from '../../base/ip.ts';
import type { AddressBlock, Network, Project } from '../../project/model/project.ts';
import type { NetworkBlock } from '../record/project-record.ts';
import { type Family, familiesOf, familyOf } from './families.ts';

/** The subnets that networks had before, as CIDRs by the network's key. */
type Kept = Readonly<Record<string, readonly string[]>>;

/**
 * Assigns blocks of addresses to every network of the project, IPv4 ones first: those of the file, or else the existing
 * ones (`kept`), or else a private one that is used neither by the host (CIDRs of its routes and addresses) nor by
 * another network. The search starts at a position derived from the name, so that another host probably gets the same
 * IPv4 blocks; those of IPv6 begin with a number of this machine (`site`). Throws a Problem for `subnet-overlap` and
 * `subnet-exhausted`.
 */
export const chooseSubnets = (
  project: Pick<Project, 'name' | 'networks'>,
  kept: Kept,
  host: readonly string[],
  site = '',
): Readonly<Record<string, readonly NetworkBlock[]>> => {
  const wishes = Object.values(project.networks).flatMap((network) =>
    familiesOf(network).map(
      (family): Wish => ({
        network,
        family,
        written: writtenBlocks(network, family),
        kept: blocksIn(kept[network.key] ?? []).filter(({ bits }) => bits === family.bits),
      }),
    ),
  );
  const keptBlocks = wishes.flatMap((wish) => wish.kept);
  const elsewhere = foreign(host, keptBlocks);
  const chosen = new Map<Wish, readonly NetworkBlock[]>();
  const taken = (): readonly Block[] =>
    [...chosen.values()].flat().flatMap(({ subnet }) => blocksIn([subnet]));
  const problems: Diagnostic[] = [];

  for (const wish of wishes.filter(({ written }) => written.length > 0)) {
    for (const { block, index } of wish.written) {
      const other = elsewhere.find((one) => overlap(one, block));
      if (other && !wish.kept.some((one) => isSame(one, block)))
        problems.push(overlaps(wish.network, index, block, other));
    }
    chosen.set(wish, wish.written.map(asWritten));
  }
  for (const wish of wishes) {
    const [block] = wish.kept;
    if (block && !chosen.has(wish) && !taken().some((one) => overlap(one, block)))
      chosen.set(wish, [withGateway(block)]);
  }
  const inUse = [...elsewhere, ...keptBlocks, ...taken()];
  const chooseOf = new Map<Family, ReturnType<typeof freeSubnets>>();
  for (const wish of wishes.filter((one) => !chosen.has(one))) {
    const choose = chooseOf.get(wish.family) ?? freeSubnets(wish.family, site, inUse);
    chooseOf.set(wish.family, choose);
    const block = choose(`${project.name}/${wish.network.key}`);
    if (block) chosen.set(wish, [withGateway(block)]);
    else problems.push(noneFree(wish, site));
  }
  if (problems.length > 0) throw new Problem(...problems);
  return Object.fromEntries(
    Object.values(project.networks).map((network) => [
      network.key,
      wishes.filter((wish) => wish.network === network).flatMap((wish) => chosen.get(wish)!),
    ]),
  );
};

/** The wishes of a network in one family. */
type Wish = {
  readonly network: Network;
  readonly family: Family;
  readonly written: readonly Written[];
  readonly kept: readonly Block[];
};

/** A block of the file, and its position in `ipam.config`. */
type Written = { readonly definition: AddressBlock; readonly block: Block; readonly index: number };

const writtenBlocks = ({ blocks = [] }: Network, { bits }: Family): readonly Written[] =>
  blocks.flatMap((definition, index) => {
    const block = parseBlock(definition.subnet ?? '');
    return block?.bits === bits ? [{ definition, block: baseOf(block), index }] : [];
  });

const asWritten = ({ block, definition: { gateway, range, auxiliary } }: Written): NetworkBlock => ({
  ...withGateway(block),
  ...(gateway === undefined ? {} : { gateway }),
  ...(range === undefined ? {} : { range }),
  ...(auxiliary === undefined ? {} : { reserved: Object.values(auxiliary) }),
});

/** The bridge has the first address behind that of the network, unless the block is a single address. */
const withGateway = (block: Block): NetworkBlock => ({
  subnet: formatBlock(block),
  gateway: formatIp({ ...block, value: block.value + (block.prefix === block.bits ? 0n : 1n) }),
});

// The host's routes include our own bridges; the kept ones must not conflict with themselves.
const foreign = (host: readonly string[], own: readonly Block[]): readonly Block[] =>
  blocksIn(host)
    .filter(({ bits, prefix }) => prefix >= familyOf(bits).shortestRoute)
    .filter((block) => !own.some((kept) => encloses(kept, block)));

/** Chooses subnets of a family; none overlaps a block that is `taken`, or one that was chosen before. */
const freeSubnets = (
  { pools: poolsOf, prefix, bits }: Family,
  site: string,
  taken: readonly Block[],
): ((name: string) => Block | undefined) => {
  const pools = poolsOf(site).map((pool) => ({
    pool,
    count: 2 ** (prefix - pool.prefix),
    // Numbers of subnets: comparing each with all blocks would take seconds for a thousand networks.
    used: new Set(taken.flatMap((block) => numbersIn(pool, prefix, block))),
  }));
  return (name) => {
    const start = createHash('sha256').update(name).digest().readUInt32BE();
    for (const { pool, count, used } of pools)
      for (let step = 0; step < count; step++) {
        const number = (start + step) % count;
        if (used.has(number)) continue;
        used.add(number);
        return { bits, value: pool.value + (BigInt(number) << BigInt(bits - prefix)), prefix };
      }
    return undefined;
  };
};

/** The numbers of the subnets of a pool that a block overlaps. */
const numbersIn = (pool: Block, prefix: number, block: Block): readonly number[] => {
  if (block.bits !== pool.bits || !overlap(pool, block)) return [];
  const numberOf = (value: bigint): number => Number((value - pool.value) >> BigInt(pool.bits - prefix));
  const first = encloses(block, pool) ? pool.value : baseOf(block).value;
  const last = encloses(block, pool) ? lastOf(pool).value : lastOf(block).value;
  return Array.from({ length: numberOf(last) - numberOf(first) + 1 }, (_, index) => numberOf(first) + index);
};

const blocksIn = (texts: readonly string[]): readonly Block[] =>
  texts.flatMap((text) => {
    const block = parseBlock(text);
    return block ? [baseOf(block)] : [];
  });

const isSame = (a: Block, b: Block): boolean => formatBlock(a) === formatBlock(b);

const overlaps = ({ key }: Network, index: number, block: Block, other: Block): Diagnostic => ({
  severity: 'error',
  code: 'subnet-overlap',
  message: `the network \`${key}\` wants ${formatBlock(block)}, but this machine has a route to ${formatBlock(other)}`,
  from: `networks.${key}.ipam.config[${index}].subnet`,
  help: 'choose another subnet, or leave out `subnet` to get a free one',
});

const noneFree = ({ network: { key }, family }: Wish, site: string): Diagnostic => ({
  severity: 'error',
  code: 'subnet-exhausted',
  message: `no private ${family.name} subnet is free for the network \`${key}\``,
  from: `networks.${key}`,
  notes: [`looked for a /${family.prefix} in ${family.pools(site).map(formatBlock).join(', ')}`],
  help: 'set a `subnet`',
});
