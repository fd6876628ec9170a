import type { ServiceKey } from '../service-key.ts';
import { boolean } from '../values.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Give all capabilities and devices; the container can then take over the machine.',
  model: (privileged) => ({ privileged }),
};
