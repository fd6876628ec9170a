import { orEmpty } from '../../scalars/flaw.ts';
import { readProfile } from '../../scalars/names.ts';
import { list, text } from '../kinds.ts';
import { emptyList } from '../long-forms.ts';
import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...list(text(orEmpty(readProfile))),
  longForm: emptyList,
  merge: uniqueText,
  description:
    'Groups; the service is left out unless `--profile` or COMPOSE_PROFILES names one, or a command names it.',
};
