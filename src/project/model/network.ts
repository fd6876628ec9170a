import * as z from 'zod';
import { readAddress, readSubnet } from '../scalars/subnet.ts';
import { grammar, list, mapping, text, unsupported } from './fields.ts';
import { unsupportedNetworkKeys } from './unsupported.ts';

/** Builds the schema of one entry of the top-level `networks`. */
export function networkSchema() {
  const network = mapping('network', {
    name: text().describe('Name of the network on this machine, `<project>_<key>` by default.'),
    driver: unsupported('another driver than `bridge`', ['bridge', 'default', '']),
    ipam: z.union([ipamSchema(), z.null()]).describe('Addresses of the network.'),
    ...Object.fromEntries(
      Object.entries(unsupportedNetworkKeys).map(([key, what]) => [key, unsupported(what, [false])]),
    ),
  });
  return z.union([network, z.null()]).describe('A network that services share.');
}

function ipamSchema() {
  return mapping('address configuration', {
    driver: unsupported('another driver than `default`', ['default', '']),
    options: unsupported('options of the driver'),
    config: list(blockSchema()).describe('The block of addresses; one, for now.'),
  });
}

function blockSchema() {
  return mapping('block of addresses', {
    subnet: grammar(text(), readSubnet).describe(
      'Block of IPv4 addresses such as `10.1.0.0/24`; without one a free block is chosen.',
    ),
    gateway: grammar(text(), readAddress).describe(
      "Address of the host's end, the first one of the block by default.",
    ),
    ip_range: unsupported('the part of the block that services get addresses from'),
    aux_addresses: unsupported('addresses that are taken already'),
  });
}
