import type { Value } from '../value.ts';
import { text } from '../values.ts';

export const key: Value = {
  ...text(),
  description: 'Image reference; only a name here, for `rootfs` brings the files.',
};
