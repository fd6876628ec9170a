import { microsecondsFrom } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asMicroseconds } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...scalar(microsecondsFrom(0)),
  longForm: asMicroseconds,
  description:
    'Time in each period for processes of the real-time scheduler, in microseconds or such as `400ms`.',
  model: (runtime) => ({ limits: { cpuRtRuntime: runtime || undefined } }),
};
