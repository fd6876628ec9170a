import type { Value } from '../value.ts';
import { bytes } from '../values.ts';

export const key: Value = {
  ...bytes(),
  description: 'Size of /dev/shm while building.',
};
