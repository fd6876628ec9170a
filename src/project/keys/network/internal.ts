import type { Value } from '../value.ts';
import { boolean } from '../values.ts';

export const key: Value = {
  ...boolean(),
  unsupported: 'a network without a way out',
  honoured: [false],
};
