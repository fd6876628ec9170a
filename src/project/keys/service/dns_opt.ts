import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';
import { texts } from '../values.ts';

export const key: Value = {
  ...texts(),
  merge: uniqueText,
  unsupported: 'options of the resolver',
};
