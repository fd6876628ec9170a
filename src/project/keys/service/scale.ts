import { MOST_REPLICAS } from '../../model/replicas.ts';
import { integer } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...integer(0, MOST_REPLICAS),
  keepsZero: true,
  description: 'Number of containers, 1 by default.',
  model: (replicas) => ({ replicas }),
};
