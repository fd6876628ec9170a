import { boolean } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Let nobody write to the root file system.',
  model: (readOnly) => ({ readOnly }),
};
