import { joined, namespace } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...namespace('pid'),
  description: 'PID namespace: `host`, `service:name` or `container:name`; a private one by default.',
  uses: (value) => joined('pid', value),
};
