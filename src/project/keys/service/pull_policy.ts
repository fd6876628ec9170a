import { readPullPolicy } from '../../scalars/pull-policy.ts';
import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(readPullPolicy),
  description:
    'When the image is pulled: `always`, `missing`, `never`, `build`, `refresh`, `daily`, `weekly`, or `every_12h`.',
};
