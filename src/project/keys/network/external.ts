import { external } from '../parts/resource.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...external,
  unsupported: 'a network that exists already',
  honoured: [false],
};
