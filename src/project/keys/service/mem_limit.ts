import { memoryLimits } from '../parts/memory-limits.ts';
import { memory } from '../parts/memory-size.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...memory,
  description: 'Most memory that the service may use, such as `256m`.',
  model: (_, { keys }) => ({ limits: memoryLimits(keys) }),
};
