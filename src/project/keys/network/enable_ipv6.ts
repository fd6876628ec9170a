import { boolean } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...boolean(),
  unsupported: 'whether the network has IPv6',
  honoured: [false],
};
