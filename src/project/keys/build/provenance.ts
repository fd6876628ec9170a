import { booleanOrText } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...booleanOrText(),
  description: 'Add a provenance attestation to the image.',
};
