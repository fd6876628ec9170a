import type { Value } from '../value.ts';
import { labels, replacingEach } from '../values.ts';

export const key: Value = {
  ...replacingEach(labels()),
  unsupported: 'annotations of the container for other tools',
};
