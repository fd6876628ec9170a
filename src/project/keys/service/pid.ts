import { joined, namespace } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...namespace('pid'),
  description: 'Whose processes it sees: `host`, `service:name` or `container:name`; its own by default.',
  uses: (value) => joined('pid', value),
};
