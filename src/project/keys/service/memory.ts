import { memory } from '../parts/memory-size.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...memory,
  description: 'Most memory that the service may use, such as `256m`; the same as `mem_limit`.',
};
