import { integerFrom } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asNumber } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...scalar(integerFrom(0)),
  longForm: asNumber,
  description: 'Length of the period of `cpu_quota` in microseconds, 100000 by default, also for 0.',
  model: (cpuPeriod) => ({ limits: { cpuPeriod: cpuPeriod || undefined } }),
};
