import { microsecondsFrom } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asMicroseconds } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...scalar(microsecondsFrom(0)),
  longForm: asMicroseconds,
  description:
    'Length of the period of `cpu_rt_runtime`, in microseconds or such as `1s`; a second by default.',
  model: (cpuRtPeriod) => ({ limits: { cpuRtPeriod: cpuRtPeriod || undefined } }),
};
