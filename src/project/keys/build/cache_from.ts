import { texts } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...texts(),
  description: 'Sources of the build cache.',
};
