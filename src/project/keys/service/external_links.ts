import { parsedValue } from '../../scalars/flaw.ts';
import { readLink } from '../../scalars/references.ts';
import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list(text(readLink)),
  merge: uniqueText,
  description: 'Other names for containers, for this service alone: `container:alias`.',
  model: (links) => ({ externalLinks: links.map((link) => parsedValue(readLink(link))) }),
};
