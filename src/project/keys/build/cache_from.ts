import type { Value } from '../value.ts';
import { texts } from '../values.ts';

export const key: Value = {
  ...texts(),
  description: 'Where earlier results are found.',
};
