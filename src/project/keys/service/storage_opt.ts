import { options } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...options(),
  inapplicable:
    'there is no storage driver; the layer of a container is a directory, limited only by its file system',
};
