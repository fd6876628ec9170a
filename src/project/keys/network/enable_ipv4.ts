import { boolean } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...boolean(),
  keepsZero: true,
  unsupported: 'turning IPv4 off or on',
  honoured: [true],
};
