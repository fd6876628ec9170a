import { boolean } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...boolean(),
  keepsZero: true,
  unsupported: 'IPv6 addresses',
  honoured: [false],
};
