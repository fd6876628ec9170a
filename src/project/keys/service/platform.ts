import type { Value } from '../value.ts';
import { text } from '../values.ts';

export const key: Value = {
  ...text(),
  unsupported: 'the operating system and architecture',
};
