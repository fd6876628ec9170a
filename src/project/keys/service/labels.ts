import type { ServiceKey } from '../service-key.ts';
import { labels, replacingEach } from '../values.ts';

export const key: ServiceKey<Readonly<Record<string, string>>> = {
  ...replacingEach(labels()),
  description: 'Labels of the container.',
  model: (all) => ({ labels: all }),
};
