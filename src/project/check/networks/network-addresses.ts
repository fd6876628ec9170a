import type { Diagnostic } from '../../../base/diagnostic.ts';
import {
  type Block,
  encloses,
  formatBlock,
  holds,
  isHostAddress,
  overlap,
  parseBlock,
  parseIp,
} from '../../../base/ip.ts';
import { didYouMean } from '../../../base/text/typo.ts';
import { readNetworkName } from '../../scalars/network/network-name.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, duplicates, error, isSet } from '../checked.ts';
import { blocksOf, blocksOfNetwork, hostsOf, type WrittenBlock } from './address-blocks.ts';

/** Every network that a service joins is declared. */
export const networkReferences: Check = ({ canonical, at, atKey, isBroken }) => {
  const known = Object.keys(canonical.networks ?? {});
  return Object.entries(canonical.services).flatMap(([name, service]) =>
    Object.keys(service.networks ?? {}).flatMap((network) => {
      if (known.includes(network) || isBroken('networks', network)) return [];
      const near = didYouMean(network, known);
      const help = near ? `did you mean \`${near}\`?` : `declare it: \`networks: { ${network}: {} }\``;
      const place = service.networks?.[network]
        ? atKey('services', name, 'networks', network)
        : at('services', name, 'networks', network);
      return [
        error('unknown-network', `there is no network \`${network}\``, place, {
          label: `${name} joins it`,
          help,
        }),
      ];
    }),
  );
};

/** No two networks have one name. */
export const networkNames: Check = ({ canonical, at }) =>
  duplicates(
    Object.entries(canonical.networks ?? {}).map(([key, { name }]) => ({
      key,
      name: name ?? `${canonical.name}_${key}`,
      isGiven: name !== undefined && name !== `${canonical.name}_${key}`,
    })),
  ).map(({ key, name, owner }) => {
    const labels = [{ at: at('networks', owner, 'name'), text: `used by ${owner}` }];
    return error('duplicate-name', `two networks have the name \`${name}\``, at('networks', key, 'name'), {
      label: `used again by ${key}`,
      labels,
    });
  });

/** A network can be made under its name. Unchecked, `.` and `../x` would be directories of others. */
export const validNetworkNames: Check = ({ canonical, at, atKey, isBroken, isWritten }) =>
  Object.entries(canonical.networks ?? {}).flatMap(([key, { name, external }]) => {
    const actual = name ?? (external ? key : `${canonical.name}_${key}`);
    const parsed = readNetworkName(actual);
    if (!('flaw' in parsed) || isBroken('networks', key)) return [];
    const { must, label } = parsed.flaw;
    const place = isWritten('networks', key, 'name') ? at('networks', key, 'name') : atKey('networks', key);
    return [
      error('invalid-value', `the name ${quote(actual)} must ${must}`, place, { ...(label && { label }) }),
    ];
  });

/** Gateways, ranges and auxiliary addresses are in the subnet that they are written with. */
export const partsOfBlocks: Check = (project) =>
  blocksOf(project).flatMap((block) => {
    const { network, definition, subnet, at } = block;
    const parts = PARTS.filter((key) => isSet(definition[key]));
    if (!subnet)
      return parts.map((key) =>
        error('missing-key', `the network \`${network}\` has \`${key}\` but no subnet`, at(key), {
          help: 'add `subnet:`',
        }),
      );
    return [...gateway(block, subnet), ...range(block, subnet), ...auxiliary(block, subnet)];
  });

const PARTS = ['gateway', 'ip_range', 'aux_addresses'] as const;

function gateway({ network, definition: { gateway: address }, at }: WrittenBlock, subnet: Block) {
  if (!address || isHostAddress(subnet, parseIp(address)!)) return [];
  const message = `the gateway of \`${network}\` must be an address of ${formatBlock(subnet)}`;
  return [error('invalid-value', message, at('gateway'), { label: `expected ${hostsOf(subnet)}` })];
}

function range({ network, definition: { ip_range: text }, at }: WrittenBlock, subnet: Block) {
  const block = text ? parseBlock(text) : undefined;
  if (!block || encloses(subnet, block)) return [];
  const message = `the range of \`${network}\` must be a part of ${formatBlock(subnet)}`;
  return [error('invalid-value', message, at('ip_range'))];
}

function auxiliary({ network, definition, at }: WrittenBlock, subnet: Block) {
  return Object.entries(definition.aux_addresses ?? {}).flatMap(([name, address]) => {
    if (holds(subnet, parseIp(address)!)) return [];
    const message = `an auxiliary address of \`${network}\` must be in ${formatBlock(subnet)}`;
    return [error('invalid-value', message, at('aux_addresses', name))];
  });
}

/** Blocks of the project do not overlap, for their routes would contradict each other. */
export const overlappingSubnets: Check = (project) => {
  const all = blocksOf(project).filter(
    (block): block is WrittenBlock & { subnet: Block } => block.isUsed && block.subnet !== undefined,
  );
  return all.flatMap((block, index) => {
    const other = all.slice(0, index).find((earlier) => overlap(earlier.subnet, block.subnet));
    return other ? [overlapping(block, other)] : [];
  });
};

function overlapping(block: WrittenBlock, other: WrittenBlock): Diagnostic {
  const message =
    block.network === other.network
      ? `two subnets of \`${block.network}\` overlap`
      : `the subnets of \`${other.network}\` and \`${block.network}\` overlap`;
  const labels = [{ at: other.at('subnet'), text: `subnet of ${other.network}` }];
  const help = 'use another subnet for one of them, or remove `subnet` to get a free one';
  return error('subnet-overlap', message, block.at('subnet'), {
    label: `subnet of ${block.network}`,
    labels,
    help,
  });
}

/** A network has IPv4, IPv6 or both, and the blocks are of what it has. */
export const familiesOfNetworks: Check = (project) =>
  Object.entries(project.canonical.networks ?? {}).flatMap(([key, network]) => {
    const { enable_ipv4: ipv4 = true, enable_ipv6: ipv6 = false, external = false } = network;
    if (external) return [];
    if (!ipv4 && !ipv6)
      return [
        error(
          'conflicting-keys',
          `the network \`${key}\` has neither IPv4 nor IPv6`,
          project.at('networks', key, 'enable_ipv4'),
          { help: 'set `enable_ipv6: true`, or remove `enable_ipv4`' },
        ),
      ];
    return blocksOfNetwork(project, key, network).flatMap(({ subnet, isUsed, at }): Diagnostic[] => {
      if (!subnet || isUsed) return [];
      const [name, missing] =
        subnet.bits === 128 ? ['IPv6', 'enable_ipv6: true'] : ['IPv4', 'enable_ipv4: true'];
      const message = `the block of ${name} addresses has no effect without \`${missing}\``;
      return [{ severity: 'warning', code: 'conflicting-keys', message, at: at('subnet'), label: 'ignored' }];
    });
  });
