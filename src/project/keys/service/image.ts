import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(),
  description: 'Image reference; only a name here, as the files come from `rootfs`.',
};
