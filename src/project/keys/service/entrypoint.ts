import { command } from '../parts/words.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...command,
  blank: null,
  description: 'The program to which `command` is added: a list, or text that is split at spaces.',
  model: (entrypoint) => ({ entrypoint }),
};
