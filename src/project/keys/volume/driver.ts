import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(),
  description: 'Driver of the volume, `local` by default.',
};
