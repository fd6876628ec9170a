import type { Value } from '../value.ts';
import { text } from '../values.ts';

export const key: Value = {
  ...text(),
  description: 'Isolation technology, on Windows.',
};
