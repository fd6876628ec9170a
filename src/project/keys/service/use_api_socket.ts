import { boolean } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...boolean(),
  unsupported: 'access to the API of the engine',
  honoured: [false],
};
