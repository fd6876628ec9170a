import { namespace } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...namespace('uts'),
  description: 'UTS namespace: `host`, or a private one by default.',
};
