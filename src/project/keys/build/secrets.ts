import { grants } from '../parts/grant.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...grants('secret'),
  description: 'Secrets that the build may read.',
};
