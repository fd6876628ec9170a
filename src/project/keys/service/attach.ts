import { boolean } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...boolean(),
  keepsZero: true,
  unsupported: 'hiding the output of the service in `up`',
  honoured: [true],
};
