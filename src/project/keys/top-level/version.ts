import * as z from 'zod';
import { flawIssue } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  schema: obsolete,
  description: 'Obsolete and ignored.',
};

function obsolete() {
  return z.unknown().check(({ value, issues }) => {
    issues.push(flawIssue({ must: '', code: 'obsolete-key', severity: 'warning' }, value));
  });
}
