import { joined, namespace } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...namespace('ipc'),
  description:
    'Whose shared memory and queues it has: `host`, `service:name`, `container:name`, or its own, which is `none` without /dev/shm and `private` if no other may join.',
  uses: (value) => joined('ipc', value),
};
