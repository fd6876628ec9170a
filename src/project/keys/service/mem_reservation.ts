import { bytes } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...bytes(),
  description: 'Memory that the kernel protects from reclaim when memory is short.',
  model: (size) => ({ limits: { memoryReservation: Number(size) || undefined } }),
};
