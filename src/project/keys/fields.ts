import * as z from 'zod';
import { lazy } from '../../base/lazy.ts';
import { type Flaw, flaw, type Parsed } from '../scalars/flaw.ts';
import { readMode } from '../scalars/mode.ts';
import {
  integerFrom,
  oldBoolean,
  readBoolean,
  readBytes,
  readDuration,
  readNumber,
} from '../scalars/numbers.ts';

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

/** A number or a text, which a grammar reads. */
export function scalar(read: (value: number | string) => Parsed<unknown>) {
  return grammar(numberOrText(), read);
}

export const integer = (least: number) => scalar(integerFrom(least));
export const number = (least: number, greatest?: number) => scalar(readNumber(least, greatest));
export const bytes = () => scalar(readBytes);
export const duration = () => scalar(readDuration);
export const mode = () => scalar(readMode);
export const texts = () => list(text());

/** One of these words; another gets the nearest as a hint. */
export function choice(...words: readonly [string, ...string[]]) {
  return z.enum(words);
}

/** A value whose key may also stand there with nothing behind it. */
export function orNothing<T extends z.ZodType>(schema: T) {
  return z.union([schema, z.null()]);
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

/** `["key=value"]` or `{key: value}`, where a value that is missing is empty. */
export function labels() {
  return listOrMap(readLabelName);
}

/** `["NAME=value"]` or `{NAME: value}`, where a value that is missing comes from outside. */
export function variables() {
  return listOrMap(readVariableName);
}

/** Options of a driver or the like: texts, also written as numbers. */
export function options() {
  return map(z.union([z.string(), z.number(), z.boolean(), z.null()]));
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

/** The keys of a mapping that is so wide that only those are built which a file has. */
export type Keys = Readonly<Record<string, () => z.ZodType>>;

export function lazyKeys(makers: Keys): Keys {
  return Object.fromEntries(Object.entries(makers).map(([key, make]) => [key, lazy(make)]));
}

/** The schemas of all keys, or of those that occur. */
export function shapeOf(keys: Keys, occurring?: ReadonlySet<string>): Record<string, z.ZodType> {
  const wanted = Object.entries(keys).filter(([key]) => occurring?.has(key) ?? true);
  return Object.fromEntries(wanted.map(([key, make]) => [key, make()]));
}

function readVariableName(name: string): Parsed<string> {
  return name !== '' && !name.includes('=') ? { value: name } : flaw('have a name before `=`');
}

function readLabelName(name: string): Parsed<string> {
  return name === '' ? flaw('have a name before `=`') : { value: name };
}

/** How a flaw travels through zod: as the parameters of a custom issue. */
export type FlawIssue = { readonly code: 'custom'; readonly params: { readonly flaw: Flaw } };

export function flawIssue(flaw: Flaw, input: unknown) {
  return { code: 'custom' as const, message: flaw.must, params: { flaw }, input, continue: true };
}

function oldWord(meaning: boolean): Flaw {
  return {
    must: 'be `true` or `false`',
    label: 'YAML 1.2 takes this for text',
    help: `write \`${meaning}\``,
    severity: 'warning',
  };
}
