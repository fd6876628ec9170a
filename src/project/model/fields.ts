import * as z from 'zod';
import type { Flaw, Parsed } from '../scalars/flaw.ts';
import { oldBoolean, readBoolean } from '../scalars/numbers.ts';

/** The schema of a value together with the grammar that its text has to follow. */
export function grammar<T extends z.ZodType>(schema: T, read: (value: z.output<T>) => Parsed<unknown>): T {
  return schema.check(({ value, issues }) => {
    const parsed = read(value);
    if ('flaw' in parsed) issues.push(flawIssue(parsed.flaw, value));
  });
}

export function text(): z.ZodString {
  return z.string();
}

export function numberOrText() {
  return z.union([z.number(), z.string()]);
}

/** True or false, also as text, for that is what a variable gives. */
export function boolean() {
  return z.union([z.boolean(), z.string()]).check(({ value, issues }) => {
    const old = oldBoolean(value);
    const parsed = readBoolean(value);
    if (old !== undefined) issues.push(flawIssue(oldWord(old), value));
    else if ('flaw' in parsed) issues.push(flawIssue(parsed.flaw, value));
  });
}

export function list<T extends z.ZodType>(item: T) {
  return z.union([z.array(item), z.null()]);
}

export function map<T extends z.ZodType>(value: T, name?: (key: string) => Parsed<unknown>) {
  return z.union([z.record(name ? grammar(z.string(), name) : z.string(), value), z.null()]);
}

/** `["KEY=value"]` or `{KEY: value}`; a value that is missing or null has a meaning of its own. */
export function listOrMap(
  name: (key: string) => Parsed<unknown>,
  read: (value: string) => Parsed<unknown> = (value) => ({ value }),
) {
  const item = grammar(z.string(), (text) => {
    const [key, ...value] = text.split('=');
    const parsed = name(key!);
    return 'flaw' in parsed ? parsed : read(value.join('='));
  });
  const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
  const value = grammar(scalar, (content) => read(String(content ?? '')));
  return z.union([z.array(item), z.record(grammar(z.string(), name), value), z.null()]);
}

/** One text, or a list of them. */
export function textOrList<T extends z.ZodType>(item: T) {
  return z.union([item, z.array(item), z.null()]);
}

/** A mapping with these keys and `x-…`. The title is what messages call it: `a service`. */
export function mapping(
  title: string,
  shape: Readonly<Record<string, z.ZodType>>,
  required: readonly string[] = [],
) {
  const keys = Object.entries(shape).map(([key, schema]) => [
    key,
    required.includes(key) ? schema : schema.optional(),
  ]);
  return z.strictObject(Object.fromEntries(keys) as Record<string, z.ZodType>).meta({ title });
}

/** A key that the specification has and this tool does not honour: a warning, an error when strict. */
export function unsupported(what: string, honoured: readonly unknown[] = []) {
  const schema = z.unknown().check(({ value, issues }) => {
    if (!honoured.includes(value)) issues.push(flawIssue(notYet, value));
  });
  return schema.describe(`Not supported yet: ${what}.`);
}

/** How a flaw travels through zod: as the parameters of a custom issue. */
export type FlawIssue = { readonly code: 'custom'; readonly params: { readonly flaw: Flaw } };

export function flawIssue(flaw: Flaw, input: unknown) {
  return { code: 'custom' as const, message: flaw.must, params: { flaw }, input, continue: true };
}

const notYet: Flaw = { must: '', code: 'unsupported-key', severity: 'warning' };

function oldWord(meaning: boolean): Flaw {
  return {
    must: 'be `true` or `false`',
    label: 'YAML 1.2 takes this for text',
    help: `write \`${meaning}\``,
    severity: 'warning',
  };
}
