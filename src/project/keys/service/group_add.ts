import { readGroup } from '../../scalars/user.ts';
import { asText } from '../long-forms.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';
import { list, scalar } from '../values.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list({ ...scalar(readGroup), longForm: asText }),
  merge: uniqueText,
  description: 'Further groups of the user, by name or id.',
  model: (groups) => ({ groupAdd: groups.length > 0 ? groups : undefined }),
};
