import type { Value } from '../value.ts';
import { replacingEach, variables } from '../values.ts';

export const key: Value = {
  ...replacingEach(variables()),
  description: 'Arguments of the Dockerfile; one without a value comes from the environment.',
};
