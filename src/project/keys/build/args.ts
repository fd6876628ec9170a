import { replacingEach, variables } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...replacingEach(variables()),
  description: 'Arguments of the Dockerfile; one without a value comes from the environment.',
};
