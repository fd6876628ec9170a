import { texts } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...texts(),
  description: 'Additional privileges of the builder.',
};
