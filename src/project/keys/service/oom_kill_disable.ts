import { boolean } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<boolean> = {
  ...boolean(),
  description: 'Suspend the service instead of killing it when it reaches its memory limit.',
  model: (isDisabled) => ({ limits: { oomKillDisable: isDisabled || undefined } }),
};
