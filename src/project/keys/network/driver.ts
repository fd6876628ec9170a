import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(),
  unsupported: 'another driver than `bridge`',
  honoured: ['bridge', 'default', ''],
};
