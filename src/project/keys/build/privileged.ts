import type { Value } from '../value.ts';
import { boolean } from '../values.ts';

export const key: Value = {
  ...boolean(),
  description: 'Build with all capabilities.',
};
