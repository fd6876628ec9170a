import { integerFrom } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asNumber } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...scalar(integerFrom(-1)),
  longForm: asNumber,
  description: 'CPU time in microseconds that the service may use in each period, 0 or -1 for no limit.',
  model: (quota) => ({ limits: { cpuQuota: quota > 0 ? quota : undefined } }),
};
