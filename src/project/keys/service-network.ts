import * as z from 'zod';
import { readIp, readMac } from '../scalars/addresses.ts';
import { readExposed } from '../scalars/ports.ts';
import { readLink, readNetworkMode } from '../scalars/references.ts';
import { grammar, type Keys, list, scalar, text, textOrList, texts } from './fields.ts';
import { portsSchema } from './ports.ts';
import { hostsSchema } from './shared.ts';

/** How a service is reached, and what it reaches. */
export function networkKeys(): Keys {
  return {
    ports: portsSchema,
    expose: () =>
      list(scalar(readExposed)).describe(
        'Ports that other services may use; no more than a remark, for they may use all.',
      ),
    dns: () => textOrList(grammar(text(), readIp)),
    dns_opt: texts,
    dns_search: () => textOrList(text()),
    extra_hosts: hostsSchema,
    links: () => list(grammar(text(), readLink)),
    external_links: () => list(grammar(text(), readLink)),
    mac_address: () => grammar(text(), readMac),
    network_mode: () => z.union([grammar(text(), readNetworkMode), z.null()]),
  };
}
