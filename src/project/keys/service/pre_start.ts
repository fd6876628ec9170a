import { boolean, list, mapping, text } from '../kinds.ts';
import { hookKeys } from '../parts/hook.ts';
import type { Value } from '../value.ts';

const hook = mapping('hook', {
  ...hookKeys,
  image: { ...text(), description: 'Image of the container, that of the service by default.' },
  per_replica: {
    ...boolean(),
    description: 'Run once for each container rather than once for the service.',
  },
});

export const key: Value = {
  ...list(hook),
  unsupported: 'containers to run before the start',
};
