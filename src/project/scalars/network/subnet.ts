import { type Block, baseOf, formatBlock, parseBlock } from '../../../base/ip.ts';
import { flaw, type Parsed } from '../flaw.ts';

/** A block of addresses, IPv4 with room for a gateway and a service, or IPv6. */
export function readBlock(text: string): Parsed<Block> {
  if (!text.includes(':')) return readSubnet(text);
  const block = parseBlock(text);
  return block ? { value: block } : flaw('be a block of addresses', 'expected a value such as `fd00:1::/64`');
}

/** A part of a block, which may be a single address: `10.1.0.240/32`. */
export function readRange(text: string): Parsed<Block> {
  if (text.includes(':')) return readBlock(text);
  const range = parseBlock(text);
  return range
    ? { value: range }
    : flaw('be a range of addresses', 'expected an address, `/` and a prefix length up to 32');
}

/** An IPv4 block with room for a gateway and a service, such as `10.1.0.0/24`. */
function readSubnet(text: string): Parsed<Block> {
  const subnet = parseBlock(text);
  if (!subnet)
    return flaw(
      'be a block of addresses',
      'expected an address, `/` and a prefix length from 8 to 30',
      'write for example `10.1.0.0/24`',
    );
  if (subnet.prefix > 30)
    return flaw(
      'have room for two addresses',
      `\`/${subnet.prefix}\` is too small`,
      'use `/30` or a shorter prefix',
    );
  if (subnet.prefix < 8) return flaw('not be larger than `/8`');
  if (!isUnicast(subnet)) return flaw('be a block of unicast addresses', 'this block is reserved');
  const network = baseOf(subnet);
  if (network.value === subnet.value) return { value: subnet };
  return flaw(
    'begin at the first address of its block',
    'bits after the prefix are set',
    `write \`${formatBlock(network)}\``,
  );
}

// RFC 6890: 0.0.0.0/8 is this network, 127.0.0.0/8 this host, and from 224.0.0.0 on nothing is one host's own.
function isUnicast({ value }: Block): boolean {
  const first = Number(value >> 24n);
  return first > 0 && first !== 127 && first < 224;
}
