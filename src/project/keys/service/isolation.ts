import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(),
  foreign: 'the isolation technology, on Windows',
};
