import { namespace } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...namespace('cgroup'),
  description: 'Cgroup namespace: `private`, or `host` for that of the machine.',
};
