import { integer } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...integer(0),
  unsupported: 'how many containers to run',
  honoured: [1],
};
