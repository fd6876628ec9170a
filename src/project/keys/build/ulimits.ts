import { ulimits } from '../parts/ulimits.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...ulimits,
  description: 'Resource limits while building.',
};
