import { boolean } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Mount the root file system read-only.',
  model: (readOnly) => ({ readOnly }),
};
