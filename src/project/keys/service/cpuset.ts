import { readCpuset } from '../../scalars/cpuset.ts';
import { asCpuset } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';
import { scalar } from '../values.ts';

export const key: ServiceKey<'cpuset'> = {
  ...scalar(readCpuset),
  longForm: asCpuset,
  description: 'The CPUs that the service may run on, such as `0-3,7`.',
  model: (cpuset) => ({ limits: { cpuset } }),
};
