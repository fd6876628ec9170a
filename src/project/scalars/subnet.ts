import { formatSubnet, networkOf, parseAddress, parseSubnet, type Subnet } from '../../base/ipv4.ts';
import { flaw, type Parsed } from './flaw.ts';

/** An IPv4 block with room for a gateway and a service, such as `10.1.0.0/24`. */
export function readSubnet(text: string): Parsed<Subnet> {
  if (/^[0-9a-f:]+:[0-9a-f:.]*\/\d+$/i.test(text)) {
    return flaw('be an IPv4 block', 'IPv6 is not supported yet', 'write such as `10.1.0.0/24`');
  }
  const subnet = parseSubnet(text);
  if (!subnet)
    return flaw(
      'be a block of addresses',
      'expected an address, a slash and 8 to 30',
      'write such as `10.1.0.0/24`',
    );
  if (subnet.prefix > 30)
    return flaw(
      'hold two addresses at least',
      `\`/${subnet.prefix}\` does not`,
      'use `/30` or a smaller number',
    );
  if (subnet.prefix < 8) return flaw('not be larger than `/8`');
  if (!isUnicast(subnet)) return flaw('be a block that hosts can have', 'this one is reserved');
  const network = networkOf(subnet);
  if (network.address === subnet.address) return { value: subnet };
  return flaw(
    'begin at the first address of its block',
    'bits behind the prefix are set',
    `write \`${formatSubnet(network)}\``,
  );
}

export function readAddress(text: string): Parsed<number> {
  const address = parseAddress(text);
  return address === undefined
    ? flaw('be an IPv4 address', 'expected four numbers up to 255 with dots')
    : { value: address };
}

// RFC 6890: 0.0.0.0/8 is this network, 127.0.0.0/8 this host, and from 224.0.0.0 on nothing is one host's own.
function isUnicast({ address }: Subnet): boolean {
  const first = address >>> 24;
  return first > 0 && first !== 127 && first < 224;
}
