import { parsedValue } from '../../scalars/flaw.ts';
import { readLink } from '../../scalars/references.ts';
import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list(text(readLink)),
  merge: uniqueText,
  description: 'Other names for services, for this service alone: `service:alias`.',
  model: (links) => ({ links: links.map((link) => parsedValue(readLink(link))) }),
  uses: (links) =>
    links.flatMap((link, index) => {
      const parsed = readLink(link);
      if ('flaw' in parsed) return [];
      return [{ of: 'services', name: parsed.value.name, path: ['links', index], restart: true }];
    }),
};
