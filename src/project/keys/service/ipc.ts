import { joined, namespace } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...namespace('ipc'),
  description:
    'IPC namespace: `host`, `service:name`, `container:name`, `shareable`, `private` (no other container may join) or `none` (private and without /dev/shm).',
  uses: (value) => joined('ipc', value),
};
