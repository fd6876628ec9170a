import { boolean } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...boolean(),
  unsupported: 'whether `up` shows what the service prints',
  honoured: [true],
};
