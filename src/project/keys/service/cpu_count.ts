import { integer } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...integer(0),
  foreign: 'the number of usable CPUs, on Windows',
};
