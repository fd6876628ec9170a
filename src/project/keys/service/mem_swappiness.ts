import { integerBetween } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asInteger } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...scalar(integerBetween(-1, 100)),
  longForm: asInteger,
  description: 'Swappiness of the memory, from 0 to 100; -1 for the default of the machine.',
  model: (readiness) => ({ limits: { memorySwappiness: readiness < 0 ? undefined : readiness } }),
};
