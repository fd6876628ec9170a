import { labels } from '../kinds.ts';
import type { NetworkKey } from '../network-key.ts';

export const key: NetworkKey<Readonly<Record<string, string>>> = {
  ...labels(),
  description: 'Labels of the network.',
  model: (labels) => (Object.keys(labels).length > 0 ? { labels } : {}),
};
