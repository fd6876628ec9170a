import { integer } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...integer(-1),
  description: 'Most processes and threads, -1 for no limit.',
  model: (pids) => ({ limits: { pids: pids > 0 ? pids : -1 } }),
};
