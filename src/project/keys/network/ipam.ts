import type { CanonicalBlock, CanonicalNetwork } from '../../model/canonical.ts';
import type { AddressBlock } from '../../model/project.ts';
import { orEmpty } from '../../scalars/flaw.ts';
import { readIp } from '../../scalars/network/addresses.ts';
import { readBlock, readRange } from '../../scalars/network/subnet.ts';
import { list, map, mapping, options, orNothing, text } from '../kinds.ts';
import { asLabels, emptyList } from '../long-forms.ts';
import { uniqueByKey } from '../merge-rules.ts';
import type { NetworkKey } from '../network-key.ts';

const block = mapping('block of addresses', {
  subnet: {
    ...text(orEmpty(readBlock)),
    description: 'Block of addresses such as `10.1.0.0/24`; for a family without one a free block is chosen.',
  },
  gateway: {
    ...text(orEmpty(readIp)),
    description: 'Address of the bridge on the host, the first one of the block by default.',
  },
  ip_range: {
    ...text(orEmpty(readRange)),
    description: 'The part of the block that services get addresses from; a single one is `10.1.0.240/32`.',
  },
  aux_addresses: {
    ...map(text(readIp)),
    longForm: asLabels,
    description: 'Addresses that no service gets, by a name.',
  },
});

const configuration = mapping('address configuration', {
  driver: {
    ...text(),
    unsupported: 'a driver other than `default`',
    honoured: ['default', ''],
  },
  options: { ...options(), unsupported: 'options of the driver' },
  config: {
    ...list(block),
    longForm: emptyList,
    merge: uniqueByKey('subnet'),
    description: 'Blocks of addresses.',
  },
});

export const key: NetworkKey<NonNullable<CanonicalNetwork['ipam']>> = {
  ...orNothing(configuration),
  blank: {},
  description: 'Addresses of the network.',
  model: ({ config = [] }) => (config.length > 0 ? { blocks: config.map(blockOf) } : {}),
};

function blockOf({ subnet, ip_range, gateway, aux_addresses = {} }: CanonicalBlock): AddressBlock {
  return {
    ...(subnet && { subnet }),
    ...(ip_range && { range: ip_range }),
    ...(gateway && { gateway }),
    ...(Object.keys(aux_addresses).length > 0 && { auxiliary: aux_addresses }),
  };
}
