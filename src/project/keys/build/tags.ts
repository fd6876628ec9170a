import { texts } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...texts(),
  merge: uniqueText,
  description: 'Additional names of the image.',
};
