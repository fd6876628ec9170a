import type { Value } from '../value.ts';
import { text } from '../values.ts';

export const key: Value = {
  ...text(),
  unsupported: 'another driver than `bridge`',
  honoured: ['bridge', 'default', ''],
};
