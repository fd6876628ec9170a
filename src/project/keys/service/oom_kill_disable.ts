import { boolean } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Let the service wait, and not be killed, where it reaches its limit of memory.',
  model: (isDisabled) => ({ limits: { oomKillDisable: isDisabled || undefined } }),
};
