import { bytes } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...bytes(),
  description: 'Size of /dev/shm, such as `128m`; 64m by default.',
  model: (size) => ({ shmSize: Number(size) || undefined }),
};
