import { readMac } from '../../scalars/addresses.ts';
import type { Value } from '../value.ts';
import { text } from '../values.ts';

export const key: Value = {
  ...text(readMac),
  unsupported: 'the hardware address of the default network',
};
