import type { Value } from '../value.ts';
import { labels } from '../values.ts';

export const key: Value = {
  ...labels(),
  description: 'Labels of the image.',
};
