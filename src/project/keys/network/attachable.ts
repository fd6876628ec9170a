import { boolean } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...boolean(),
  unsupported: 'whether other containers may join',
  honoured: [false],
};
