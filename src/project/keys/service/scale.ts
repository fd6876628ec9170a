import type { Value } from '../value.ts';
import { integer } from '../values.ts';

export const key: Value = {
  ...integer(0),
  unsupported: 'how many containers to run',
  honoured: [1],
};
