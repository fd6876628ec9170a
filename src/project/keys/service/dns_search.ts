import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';
import { oneOrList, text } from '../values.ts';

export const key: Value = {
  ...oneOrList(text()),
  merge: uniqueText,
  unsupported: 'domains to search',
};
