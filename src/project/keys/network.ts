import * as z from 'zod';
import { readIp } from '../scalars/addresses.ts';
import { readBlock } from '../scalars/subnet.ts';
import { boolean, grammar, labels, list, map, mapping, options, orNothing, text } from './fields.ts';
import { externalSchema } from './materials.ts';

/** Builds the schema of one entry of the top-level `networks`. */
export function networkSchema() {
  const network = mapping('network', {
    name: text().describe('Name of the network on this machine, `<project>_<key>` by default.'),
    driver: text().describe('Driver of the network, `bridge` by default.'),
    driver_opts: options().describe('Options of the driver.'),
    ipam: orNothing(ipamSchema()).describe('Addresses of the network.'),
    external: externalSchema().describe('Whether the network exists outside the project.'),
    internal: boolean().describe('Let nothing out.'),
    enable_ipv4: boolean().describe('Whether the network has IPv4.'),
    enable_ipv6: boolean().describe('Whether the network has IPv6.'),
    attachable: boolean().describe('Whether other containers may join.'),
    labels: labels().describe('Labels of the network.'),
  });
  return orNothing(network).describe('A network that services share.');
}

function ipamSchema() {
  return mapping('address configuration', {
    driver: text().describe('Driver that gives out addresses.'),
    options: options().describe('Options of that driver.'),
    config: list(blockSchema()).describe('The block of addresses; one, for now.'),
  });
}

function blockSchema() {
  return mapping('block of addresses', {
    subnet: grammar(text(), readBlock).describe(
      'Block of IPv4 addresses such as `10.1.0.0/24`; without one a free block is chosen.',
    ),
    gateway: grammar(text(), readIp).describe(
      "Address of the host's end, the first one of the block by default.",
    ),
    ip_range: grammar(text(), readBlock).describe('Part of the block that services get addresses from.'),
    aux_addresses: map(grammar(z.string(), readIp)).describe('Addresses that are taken already, by name.'),
  });
}
