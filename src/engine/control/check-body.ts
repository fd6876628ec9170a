import type { core } from 'zod/mini';
import type { Call, Schema } from '../../api/call.ts';
import { Problem } from '../../base/diagnostic.ts';

/**
 * Resolves with the body of a call after validation. Unknown keys are allowed: a newer caller may send them. Throws a
 * Problem that names the first invalid value.
 */
export const checkBody = async (call: Call, body: unknown): Promise<unknown> => {
  const z = await import('../../api/zod.ts');
  const schema = schemas.get(call) ?? call.body!(z);
  schemas.set(call, schema);
  const { success, error } = z.safeParse(schema, body);
  if (success) return body;
  throw new Problem({ severity: 'error', code: 'invalid-value', message: messageOf(error.issues[0]!) });
};

/** A schema is created on the first use of its call. */
const schemas = new Map<Call, Schema>();

const messageOf = (issue: core.$ZodIssue): string => {
  const path = issue.path.map(String).join('.');
  return `invalid body${path === '' ? '' : `: \`${path}\``}: ${expectation(issue)}`;
};

const expectation = (issue: core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'invalid_value':
      return `expected one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `expected at least ${issue.minimum}`;
    case 'too_big':
      return `expected at most ${issue.maximum}`;
    default:
      return issue.message;
  }
};
