import { labels } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...labels(),
  unsupported: 'labels of the network',
};
