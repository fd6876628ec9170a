import { texts } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...texts(),
  description: 'Destinations of the build cache.',
};
