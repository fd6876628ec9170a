import { readCapability } from '../../scalars/capability.ts';
import { validValues } from '../../scalars/flaw.ts';
import { list, text } from '../kinds.ts';
import { emptyList } from '../long-forms.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list(text()),
  longForm: emptyList,
  merge: uniqueText,
  description: 'Capabilities to drop, or ALL.',
  model: (names) => ({ capDrop: validValues(names, readCapability) }),
};
