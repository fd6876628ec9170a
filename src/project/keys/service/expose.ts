import { orEmpty } from '../../scalars/flaw.ts';
import { readExposed } from '../../scalars/ports.ts';
import { list, scalar } from '../kinds.ts';
import { asText } from '../long-forms.ts';
import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...list({ ...scalar(orEmpty(readExposed)), longForm: asText }),
  merge: uniqueText,
  description: 'Ports that other services may use; informational, as all ports are reachable.',
};
