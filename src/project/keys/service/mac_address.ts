import { readMac } from '../../scalars/addresses.ts';
import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(readMac),
  unsupported: 'the hardware address of the default network',
};
