import { flaw, type Parsed } from '../../scalars/flaw.ts';
import { integerFrom } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asNumber } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...scalar(readQuota),
  longForm: asNumber,
  description: 'CPU time in microseconds that the service may use in each period, 0 or -1 for no limit.',
  model: (quota) => ({ limits: { cpuQuota: quota > 0 ? quota : undefined } }),
};

/** The kernel takes no less than a millisecond. */
function readQuota(value: number | string): Parsed<number> {
  const parsed = integerFrom(-1)(value);
  if ('flaw' in parsed || parsed.value <= 0 || parsed.value >= 1000) return parsed;
  return flaw('be 1000 or more', 'the kernel accepts no less than a millisecond');
}
