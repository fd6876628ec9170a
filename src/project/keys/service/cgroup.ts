import { namespace } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...namespace('cgroup'),
  description: 'Which cgroups it sees: `private` for its own, `host` for all of the machine.',
};
