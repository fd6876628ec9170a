import { labels, replacingEach } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...replacingEach(labels()),
  unsupported: 'annotations of the container for other tools',
};
