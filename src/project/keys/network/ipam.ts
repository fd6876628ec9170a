import type { CanonicalNetwork } from '../../model/canonical.ts';
import { readIp } from '../../scalars/addresses.ts';
import { orEmpty } from '../../scalars/flaw.ts';
import { firstBlock, readBlock, readRange } from '../../scalars/subnet.ts';
import { list, map, mapping, options, orNothing, text } from '../kinds.ts';
import { asLabels, emptyList } from '../long-forms.ts';
import { uniqueByKey } from '../merge-rules.ts';
import type { NetworkKey } from '../network-key.ts';

const block = mapping('block of addresses', {
  subnet: {
    ...text(orEmpty(readBlock)),
    description: 'Block of IPv4 addresses such as `10.1.0.0/24`; without one a free block is chosen.',
  },
  gateway: {
    ...text(orEmpty(readIp)),
    description: 'Address of the bridge on the host, the first one of the block by default.',
  },
  ip_range: {
    ...text(orEmpty(readRange)),
    unsupported: 'the part of the block that services get addresses from',
  },
  aux_addresses: {
    ...map(text(readIp)),
    longForm: asLabels,
    unsupported: 'addresses that are taken already',
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
    description: 'The block of addresses; one, for now.',
  },
});

export const key: NetworkKey<NonNullable<CanonicalNetwork['ipam']>> = {
  ...orNothing(configuration),
  blank: {},
  description: 'Addresses of the network.',
  model: ({ config }) => {
    const block = firstBlock(config);
    return { subnet: block?.subnet || undefined, gateway: block?.gateway || undefined };
  },
};
