import { integerBetween } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asText } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...scalar(integerBetween(-1, 100)),
  longForm: asText,
  sameAsNone: '0',
  description: 'Swappiness of the memory, from 0 to 100; -1 for the default of the machine.',
  model: (text) => ({ limits: { memorySwappiness: Number(text) < 0 ? undefined : Number(text) } }),
};
