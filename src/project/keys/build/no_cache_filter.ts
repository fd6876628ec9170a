import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';
import { oneOrList, text } from '../values.ts';

export const key: Value = {
  ...oneOrList(text()),
  merge: uniqueText,
  description: 'Stages that use no earlier results.',
};
