import { command } from '../parts/words.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...command,
  blank: null,
  description: 'The command, or the arguments of `entrypoint`: a list, or text that is split at spaces.',
  model: (words) => ({ command: words }),
};
