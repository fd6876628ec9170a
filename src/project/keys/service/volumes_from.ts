import { parsedValue } from '../../scalars/flaw.ts';
import { readVolumesFrom } from '../../scalars/references.ts';
import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list(text(readVolumesFrom)),
  merge: uniqueText,
  description: 'Mounts of other services and containers: `service[:ro]`, `container:name[:ro]`.',
  model: (all) => ({ volumesFrom: all.map((from) => parsedValue(readVolumesFrom(from))) }),
  uses: (all) =>
    all.flatMap((from, index) => {
      const parsed = readVolumesFrom(from);
      if ('flaw' in parsed || parsed.value.kind !== 'service') return [];
      return [{ of: 'services', name: parsed.value.name, path: ['volumes_from', index] }];
    }),
};
