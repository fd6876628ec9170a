import { readDeviceRule } from '../../scalars/devices.ts';
import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...list(text(readDeviceRule)),
  merge: uniqueText,
  unsupported: 'rules for access to devices',
};
