import type { Value } from '../value.ts';
import { boolean } from '../values.ts';

export const key: Value = {
  ...boolean(),
  unsupported: 'whether `up` shows what the service prints',
  honoured: [true],
};
