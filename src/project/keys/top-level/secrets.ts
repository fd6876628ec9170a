import { options, text } from '../kinds.ts';
import { byName } from '../parts/by-name.ts';
import { material } from '../parts/material.ts';
import type { Value } from '../value.ts';

const secret = material('secret', {
  driver: { ...text(), description: 'Store that has the secret.' },
  driver_opts: { ...options(), description: 'Options of the store.' },
});

export const key: Value = {
  ...byName(secret),
  description: 'The sensitive files that services are given, kept in memory.',
};
