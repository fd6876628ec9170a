import type { Value } from '../value.ts';
import { boolean } from '../values.ts';

export const key: Value = {
  ...boolean(),
  unsupported: 'whether the network has IPv4',
  honoured: [true],
};
