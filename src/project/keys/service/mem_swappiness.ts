import { integerBetween } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asInteger } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...scalar(integerBetween(-1, 100)),
  longForm: asInteger,
  description: 'How readily its memory is swapped out, from 0 to 100; -1 as everybody else.',
  model: (readiness) => ({ limits: { memorySwappiness: readiness < 0 ? undefined : readiness } }),
};
