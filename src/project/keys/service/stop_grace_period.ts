import { parseDuration } from '../../../base/text/duration.ts';
import { duration } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...duration(),
  description: 'Time between the stop signal and SIGKILL, 10s by default.',
  model: (time) => ({ stopGracePeriod: parseDuration(time)! }),
};
