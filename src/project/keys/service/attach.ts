import { boolean } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  keepsZero: true,
  description: 'Print the output of the service in `up`.',
  model: (attach) => ({ attach }),
};
