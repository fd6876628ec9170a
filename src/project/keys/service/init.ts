import { boolean } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  keepsZero: true,
  description: 'Run an init process as PID 1 that forwards signals to the command and reaps orphans.',
  model: (init) => ({ init }),
};
