import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(),
  description: 'Directory with the files, or the address of a repository.',
};
