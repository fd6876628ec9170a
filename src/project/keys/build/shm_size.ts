import { bytes } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...bytes(),
  description: 'Size of /dev/shm while building.',
};
