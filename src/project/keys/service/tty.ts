import type { ServiceKey } from '../service-key.ts';
import { boolean } from '../values.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Give the command a terminal.',
  model: (tty) => ({ tty }),
};
