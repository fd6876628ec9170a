import type { Value } from '../value.ts';
import { texts } from '../values.ts';

export const key: Value = {
  ...texts(),
  description: 'What the builder is allowed in addition.',
};
