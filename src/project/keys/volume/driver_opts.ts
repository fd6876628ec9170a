import { options } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...options(),
  description: 'Options of the driver: `type`, `device` and `o` of `local`.',
};
