import { boolean } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Give the command a terminal.',
  model: (tty) => ({ tty }),
};
