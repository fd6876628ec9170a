import { text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...text(),
  description: 'Operating system and architecture of the image, such as `linux/arm64`.',
};
