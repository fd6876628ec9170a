import { orEmpty } from '../../scalars/flaw.ts';
import { readDuration } from '../../scalars/numbers.ts';
import { scalar } from '../kinds.ts';
import { asText } from '../long-forms.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...scalar(orEmpty(readDuration)),
  longForm: asText,
  description: 'Age at which `pull_policy: refresh` pulls the image again.',
};
