import type { Value } from '../value.ts';
import { options } from '../values.ts';

export const key: Value = {
  ...options(),
  description: 'Options of the driver: `type`, `device` and `o` of `local`.',
};
