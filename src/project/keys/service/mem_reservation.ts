import { bytes } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...bytes(),
  description: 'Memory that the kernel leaves to the service when it is short of it.',
  model: (size) => ({ limits: { memoryReservation: Number(size) || undefined } }),
};
