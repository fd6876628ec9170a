import { parseDuration } from '../../../base/duration.ts';
import type { ServiceKey } from '../service-key.ts';
import { duration } from '../values.ts';

export const key: ServiceKey<string> = {
  ...duration(),
  description: 'Time between the stop signal and SIGKILL, 10s by default.',
  model: (time) => ({ stopGracePeriod: parseDuration(time)! }),
};
