import { integer } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...integer(0),
  description: 'Weight against other services when CPUs are short, 1024 by default.',
  model: (shares) => ({ limits: { cpuShares: shares || undefined } }),
};
