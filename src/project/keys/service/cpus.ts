import { readCpus } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asCpus } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...scalar(readCpus),
  longForm: asCpus,
  description: 'Most CPUs that the service may use, such as 0.5.',
  model: (cpus) => ({ limits: { cpus: cpus || undefined } }),
};
