import type { Value } from '../value.ts';
import { options } from '../values.ts';

export const key: Value = {
  ...options(),
  unsupported: 'options of the driver',
};
