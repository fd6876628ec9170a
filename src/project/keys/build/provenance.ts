import type { Value } from '../value.ts';
import { booleanOrText } from '../values.ts';

export const key: Value = {
  ...booleanOrText(),
  description: 'Add a statement of where the image comes from.',
};
