import { readLink } from '../../scalars/references.ts';
import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list(text(readLink)),
  merge: uniqueText,
  unsupported: 'other names for services',
  uses: (links) =>
    links.flatMap((link, index) => {
      const parsed = readLink(link);
      if ('flaw' in parsed) return [];
      return [{ of: 'services', name: parsed.value.service, path: ['links', index], restart: true }];
    }),
};
