import { integerBetween } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asNumber } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...scalar(integerBetween(1000, 1_000_000)),
  longForm: asNumber,
  description: 'Length of the period of `cpu_quota` in microseconds, 100000 by default.',
  model: (cpuPeriod) => ({ limits: { cpuPeriod } }),
};
