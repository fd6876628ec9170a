import { orEmpty } from '../../scalars/flaw.ts';
import { readGroup } from '../../scalars/user.ts';
import { list, scalar } from '../kinds.ts';
import { asText } from '../long-forms.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list({ ...scalar(orEmpty(readGroup)), longForm: asText }),
  merge: uniqueText,
  description: 'Additional groups of the user, by name or id.',
  model: (all) => {
    const groups = all.filter((group) => group !== '');
    return { groupAdd: groups.length > 0 ? groups : undefined };
  },
};
