import type { ServiceKey } from '../service-key.ts';
import { bytes } from '../values.ts';

export const key: ServiceKey<string> = {
  ...bytes(),
  description: 'Size of /dev/shm, such as `128m`; 64m by default.',
  model: (size) => ({ shmSize: Number(size) || undefined }),
};
