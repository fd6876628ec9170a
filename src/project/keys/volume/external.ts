import { external } from '../parts/resource.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...external,
  description: 'Whether the volume exists outside the project.',
};
