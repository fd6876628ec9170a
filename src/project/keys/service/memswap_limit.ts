import { readMemorySwap } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asBytes } from '../long-forms.ts';
import { memoryLimits } from '../parts/memory-limits.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...scalar(readMemorySwap),
  longForm: asBytes,
  sameAsNone: '0',
  description: 'Most memory and swap together, twice the memory by default, -1 for no limit.',
  model: (_, { keys }) => ({ limits: memoryLimits(keys) }),
};
