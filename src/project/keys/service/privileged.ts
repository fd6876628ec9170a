import { boolean } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Give all capabilities and devices; the container can then take over the machine.',
  model: (privileged) => ({ privileged }),
};
