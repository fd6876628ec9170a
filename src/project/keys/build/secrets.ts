import { grants } from '../parts/grant.ts';
import type { Value } from '../value.ts';

/** A secret may be given to a build in several ways. */
const { merge: _, ...secrets } = grants('secret');

export const key: Value = {
  ...secrets,
  description: 'Secrets that the build may read.',
};
