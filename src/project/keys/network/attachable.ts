import type { Value } from '../value.ts';
import { boolean } from '../values.ts';

export const key: Value = {
  ...boolean(),
  unsupported: 'whether other containers may join',
  honoured: [false],
};
