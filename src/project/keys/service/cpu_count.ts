import type { Value } from '../value.ts';
import { integer } from '../values.ts';

export const key: Value = {
  ...integer(0),
  foreign: 'the number of usable CPUs, on Windows',
};
