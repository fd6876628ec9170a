import type { Value } from '../value.ts';
import { boolean } from '../values.ts';

export const key: Value = {
  ...boolean(),
  description: 'Use no earlier results.',
};
