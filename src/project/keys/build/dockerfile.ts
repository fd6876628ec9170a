import type { Value } from '../value.ts';
import { text } from '../values.ts';

export const key: Value = {
  ...text(),
  description: 'Name of the Dockerfile in the context.',
};
