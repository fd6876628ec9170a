import { orEmpty } from '../../scalars/flaw.ts';
import { readTmpfs } from '../../scalars/mounts.ts';
import { oneOrList, text } from '../kinds.ts';
import { textOf, uniqueBy } from '../merge-rules.ts';
import { mountsOf } from '../parts/mounts-of.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...oneOrList(text(orEmpty(readTmpfs))),
  merge: uniqueBy((item) => textOf(item).split(':')[0]!),
  description: 'Directories in memory: `path[:size=64m,mode=1777]`.',
  model: (_, service) => ({ mounts: mountsOf(service) }),
};
