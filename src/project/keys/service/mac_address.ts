import { readMac } from '../../scalars/addresses.ts';
import { orEmpty } from '../../scalars/flaw.ts';
import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(orEmpty(readMac)),
  unsupported: 'the hardware address of the default network',
};
