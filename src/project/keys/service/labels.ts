import { labels, replacingEach } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<Readonly<Record<string, string>>> = {
  ...replacingEach(labels()),
  description: 'Labels of the container.',
  model: (all) => ({ labels: all }),
};
