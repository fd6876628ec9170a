import type { Value } from '../value.ts';
import { text } from '../values.ts';

export const key: Value = {
  ...text(),
  description: 'Stage of the Dockerfile to build.',
};
