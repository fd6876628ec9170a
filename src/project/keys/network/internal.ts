import { boolean } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...boolean(),
  unsupported: 'a network without access to the outside',
  honoured: [false],
};
