import { boolean } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Keep standard input open.',
  model: (stdinOpen) => ({ stdinOpen }),
};
