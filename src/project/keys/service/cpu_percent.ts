import { number } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...number(0, 100),
  foreign: 'the usable share of all CPUs, on Windows',
};
