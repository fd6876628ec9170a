import * as z from 'zod';
import { readIp, readIpv4, readIpv6, readMac } from '../scalars/addresses.ts';
import { readAlias } from '../scalars/names.ts';
import { boolean, choice, grammar, integer, list, mapping, options, text } from './fields.ts';

/** Builds the schema of `networks` of a service: a list of names, or names with what is special there. */
export function attachmentsSchema() {
  const attachment = mapping('attachment', {
    aliases: list(grammar(text(), readAlias)).describe('Further names of the service in this network.'),
    ipv4_address: grammar(text(), readIpv4).describe('Fixed IPv4 address.'),
    ipv6_address: grammar(text(), readIpv6).describe('Fixed IPv6 address.'),
    link_local_ips: list(grammar(text(), readIp)).describe('Link-local addresses.'),
    mac_address: grammar(text(), readMac).describe('Hardware address.'),
    interface_name: text().describe('Name of the interface in the container.'),
    driver_opts: options().describe('Options of the driver.'),
    priority: integer(Number.MIN_SAFE_INTEGER).describe('Order in which networks are joined.'),
    gw_priority: integer(Number.MIN_SAFE_INTEGER).describe('Which network has the default route.'),
  });
  return z.union([z.array(text()), z.record(z.string(), z.union([attachment, z.null()])), z.null()]);
}

/** Builds the schema of `depends_on`: a list of services, or services with what to wait for. */
export function dependenciesSchema() {
  const dependency = mapping(
    'dependency',
    {
      condition: choice('service_started', 'service_healthy', 'service_completed_successfully').describe(
        'What to wait for; only `service_started` for now.',
      ),
      restart: boolean().describe('Whether this service is restarted together with the other.'),
      required: boolean().describe('Whether the other service must exist, true by default.'),
    },
    ['condition'],
  );
  return z.union([z.array(text()), z.record(z.string(), dependency), z.null()]);
}
