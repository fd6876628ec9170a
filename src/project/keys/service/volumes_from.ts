import { readVolumesFrom } from '../../scalars/references.ts';
import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list(text(readVolumesFrom)),
  merge: uniqueText,
  unsupported: 'mounts of other services',
  uses: (all) =>
    all.flatMap((from, index) => {
      const parsed = readVolumesFrom(from);
      if ('flaw' in parsed || parsed.value.kind !== 'service') return [];
      return [{ of: 'services', name: parsed.value.name, path: ['volumes_from', index] }];
    }),
};
