import { integerBetween } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asNumber } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<number> = {
  ...scalar(integerBetween(-1000, 1000)),
  longForm: asNumber,
  description: 'OOM killer score adjustment, from -1000 to 1000.',
  model: (oomScoreAdj) => ({ oomScoreAdj }),
};
