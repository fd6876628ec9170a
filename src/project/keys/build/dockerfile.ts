import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(),
  description: 'Name of the Dockerfile in the context.',
};
