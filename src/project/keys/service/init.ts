import { boolean } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Run a small init as PID 1, which passes signals on to the command and reaps orphans.',
  model: (init) => ({ init }),
};
