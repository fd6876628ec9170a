import type { Value } from '../value.ts';
import { text } from '../values.ts';

export const key: Value = {
  ...text(),
  description: 'Directory with the files, or the address of a repository.',
};
