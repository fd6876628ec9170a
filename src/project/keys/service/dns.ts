import { readIp } from '../../scalars/addresses.ts';
import { oneOrList, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...oneOrList(text(readIp)),
  merge: uniqueText,
  unsupported: 'name servers to use',
};
