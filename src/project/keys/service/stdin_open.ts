import type { ServiceKey } from '../service-key.ts';
import { boolean } from '../values.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Keep standard input open.',
  model: (stdinOpen) => ({ stdinOpen }),
};
