import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(),
  unsupported: 'a driver other than `bridge`',
  honoured: ['bridge', 'default', ''],
};
