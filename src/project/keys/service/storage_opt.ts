import { options } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...options(),
  unsupported: 'options of the storage driver',
};
