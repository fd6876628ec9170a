import type { Value } from '../value.ts';
import { boolean } from '../values.ts';

export const key: Value = {
  ...boolean(),
  unsupported: 'access to the API of the engine',
  honoured: [false],
};
