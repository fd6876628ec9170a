import { integer } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...integer(0),
  keepsZero: true,
  unsupported: 'the number of containers',
  honoured: [1],
};
