import { booleanOrText } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...booleanOrText(),
  description: 'Add a statement of where the image comes from.',
};
