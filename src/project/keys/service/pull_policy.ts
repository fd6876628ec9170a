import { readPullPolicy } from '../../scalars/pull-policy.ts';
import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(readPullPolicy),
  unsupported: 'the pull policy of the image',
};
