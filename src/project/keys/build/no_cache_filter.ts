import { oneOrList, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...oneOrList(text()),
  merge: uniqueText,
  description: 'Stages to build without the cache.',
};
