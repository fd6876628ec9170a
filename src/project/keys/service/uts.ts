import { namespace } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...namespace('uts'),
  description: 'Whose host name it has: `host`, or its own by default.',
};
