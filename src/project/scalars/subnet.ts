import { isIPv6 } from 'node:net';
import { formatSubnet, networkOf, parseSubnet, type Subnet } from '../../base/ipv4.ts';
import { flaw, type Parsed } from './flaw.ts';

/** A block of addresses, IPv4 with room for a gateway and a service, or IPv6. */
export function readBlock(text: string): Parsed<unknown> {
  if (!text.includes(':')) return readSubnet(text);
  const [address = '', prefix = ''] = text.split('/');
  return isIPv6(address) && /^\d{1,3}$/.test(prefix) && Number(prefix) <= 128
    ? { value: text }
    : flaw('be a block of addresses', 'expected a value such as `fd00:1::/64`');
}

/** A part of a block, which may be a single address: `10.1.0.240/32`. */
export function readRange(text: string): Parsed<unknown> {
  if (text.includes(':')) return readBlock(text);
  const range = parseSubnet(text);
  return range
    ? { value: range }
    : flaw('be a range of addresses', 'expected an address, `/` and a prefix length up to 32');
}

type Written = { readonly subnet?: string };

/** The IPv4 block that a network has its addresses from; IPv6 is not honoured yet. */
export function firstBlock<T extends Written>(blocks: readonly T[] = []): T | undefined {
  return blocks.find(({ subnet }) => !subnet?.includes(':'));
}

/** An IPv4 block with room for a gateway and a service, such as `10.1.0.0/24`. */
export function readSubnet(text: string): Parsed<Subnet> {
  const subnet = parseSubnet(text);
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
  const network = networkOf(subnet);
  if (network.address === subnet.address) return { value: subnet };
  return flaw(
    'begin at the first address of its block',
    'bits after the prefix are set',
    `write \`${formatSubnet(network)}\``,
  );
}

// RFC 6890: 0.0.0.0/8 is this network, 127.0.0.0/8 this host, and from 224.0.0.0 on nothing is one host's own.
function isUnicast({ address }: Subnet): boolean {
  const first = address >>> 24;
  return first > 0 && first !== 127 && first < 224;
}
