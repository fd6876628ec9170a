import { driverOptionNames } from '../../scalars/driver-options.ts';
import { options } from '../kinds.ts';
import type { NetworkKey } from '../network-key.ts';
import type { Value } from '../value.ts';

const { each: text, ...plain } = options();

const option = (
  name: keyof typeof driverOptionNames,
  description: string,
): Readonly<Record<string, Value>> => ({
  [driverOptionNames[name]]: { ...text!, description },
});

export const key: NetworkKey<Readonly<Record<string, string>>> = {
  ...plain,
  description: 'Options of the driver `bridge`.',
  keys: {
    ...option('bridge', 'Name of the bridge on the host.'),
    ...option('mtu', 'Bytes of the largest packet.'),
    ...option('icc', 'Whether services on the network reach each other, `true` by default.'),
    ...option('masquerade', 'Whether packets that leave the machine get its address, `true` by default.'),
    ...option('hostBinding', 'Address of the host for ports that name none.'),
  },
  each: { ...text!, unsupported: 'an option of the driver' },
  model: (options) => (Object.keys(options).length > 0 ? { options } : {}),
};
