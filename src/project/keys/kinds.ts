import * as z from 'zod';
import { oncePer } from '../../base/lazy.ts';
import { type Flaw, flaw, type Parsed } from '../scalars/flaw.ts';
import { readMode } from '../scalars/mode.ts';
import {
  integerBetween,
  oldBoolean,
  readBoolean,
  readBytes,
  readDuration,
  readNumber,
  readSize,
} from '../scalars/numbers.ts';
import type { Scalar } from '../tree/tree.ts';
import {
  asBoolean,
  asBytes,
  asDuration,
  asInteger,
  asLabels,
  asMode,
  asNumber,
  asText,
  asVariables,
  namesToMapping,
  oneToList,
  unlessOpen,
} from './long-forms.ts';
import { replace } from './merge-rules.ts';
import { uniqueLines } from './template-lines.ts';
import type { Keys, Value } from './value.ts';

type Grammar<T> = (value: T) => Parsed<unknown>;

/** A text, which a grammar reads. */
export function text(read?: Grammar<string>): Value {
  return { schema: () => (read ? grammar(z.string(), read) : z.string()) };
}

/** A number or a text, which a grammar reads. */
export function scalar(read: Grammar<number | string>): Value {
  return { schema: () => grammar(z.union([z.number(), z.string()]), read) };
}

/** Anything, as it is. */
export function anything(): Value {
  return { schema: () => z.unknown() };
}

export const integer = (least: number, greatest = Number.MAX_SAFE_INTEGER): Value => ({
  ...scalar(integerBetween(least, greatest)),
  longForm: asInteger,
});
export const number = (least: number, greatest?: number): Value => ({
  ...scalar(readNumber(least, greatest)),
  longForm: asNumber,
});
export const bytes = (): Value => ({ ...scalar(readBytes), longForm: asBytes, sameAsNone: '0' });
/** Bytes, and not fewer than none. */
export const size = (): Value => ({ ...scalar(readSize), longForm: asBytes, sameAsNone: '0' });
export const duration = (): Value => ({ ...scalar(readDuration), longForm: asDuration });
export const mode = (): Value => ({ ...scalar(readMode), longForm: asMode });
export const texts = (): Value => list(text());

/** One of these words, an empty one for none of them; another gets the nearest as a hint. */
export function choice(...words: readonly [string, ...string[]]): Value {
  return { schema: () => z.enum(words) };
}

/** True or false, also as text, because interpolation yields text. */
export function boolean(): Value {
  return { schema: booleanSchema, longForm: asBoolean };
}

/** The value unless it is turned off. */
export const optOut = { keepsZero: true, sameAsNone: true } as const;

/** True or false, or a text with more to say. */
export function booleanOrText(): Value {
  return { schema: () => z.union([z.boolean(), z.string()]), longForm: asText, templateForm: asText };
}

/** A value that may also be null. */
export function orNothing(value: Value): Value {
  return { ...value, schema: () => z.union([schemaOf(value), z.null()]) };
}

/** A value that may also be written in a short form. */
export function orShort(short: Value, long: Value): Value {
  return { ...long, schema: () => z.union([schemaOf(short), schemaOf(long)]) };
}

export function list(items: Value): Value {
  return { items, schema: () => z.union([z.array(schemaOf(items)), z.null()]) };
}

/** One item, or a list of them. */
export function oneOrList(items: Value): Value {
  return {
    items,
    schema: () => z.union([schemaOf(items), z.array(schemaOf(items)), z.null()]),
    longForm: oneToList,
    templateMerge: uniqueLines,
  };
}

/** Values by name. */
export function map(each: Value, name?: Grammar<string>): Value {
  return { each, schema: () => z.union([z.record(nameSchema(name), schemaOf(each)), z.null()]) };
}

/** A list of names, or a mapping from names to options; `alone` is the long form of a name without options. */
export function names(each: Value, alone: Readonly<Record<string, Scalar>> | null = null): Value {
  const schema = () => z.union([z.array(z.string()), z.record(z.string(), schemaOf(each)), z.null()]);
  const longForm = namesToMapping(alone);
  return { each, schema, longForm, templateForm: unlessOpen(longForm) };
}

/** A mapping with these keys and `x-…`. The title is what messages call it: `a service`. */
export function mapping(title: string, keys: Keys, required: readonly string[] = []): Value {
  const schema = () => {
    const shape = Object.entries(keys).map(([key, value]) => {
      const built = schemaOf(value);
      return [key, required.includes(key) ? built : built.optional()] as const;
    });
    return z.strictObject(Object.fromEntries(shape));
  };
  return { title, keys, required, schema };
}

/** `["KEY=value"]` or `{KEY: value}`; a value that is missing or null has a meaning of its own. */
export function listOrMap(
  name: Grammar<string>,
  read: Grammar<string> = (value) => ({ value }),
  nameInLine: Grammar<string> = name,
): Value & { readonly each: Value } {
  const item = text((line) => {
    const [key, ...value] = line.split('=');
    const parsed = nameInLine(key!);
    return 'flaw' in parsed ? parsed : read(value.join('='));
  });
  const each: Value = { schema: () => grammar(plainSchema(), (content) => read(String(content ?? ''))) };
  const schema = () =>
    z.union([z.array(schemaOf(item)), z.record(nameSchema(name), schemaOf(each)), z.null()]);
  return { each, schema, templateMerge: uniqueLines };
}

/** `["key=value"]` or `{key: value}`, where a value that is missing is empty. */
export function labels(): Value {
  return { ...listOrMap(readLabelName), longForm: asLabels };
}

/** `["NAME=value"]` or `{NAME: value}`, where a value that is missing comes from outside. */
export function variables(): Value {
  return { ...listOrMap(readVariableName, undefined, readVariableInLine), longForm: asVariables };
}

/** Options of a driver or the like: texts, also written as numbers. */
export function options(): Value {
  return { ...map({ schema: plainSchema }), longForm: asLabels };
}

/** A mapping whose entries are replaced as a whole, also with null, by those of a file above. */
export function replacingEach(value: Value): Value {
  return { ...value, each: { ...(value.each ?? anything()), merge: replace } };
}

/** The schema of a value; built once. */
export const schemaOf = oncePer((value: Value): z.ZodType => value.schema());

function booleanSchema() {
  return z.union([z.boolean(), z.string()]).check(({ value, issues }) => {
    const old = oldBoolean(value);
    const parsed = readBoolean(value);
    if (old !== undefined) issues.push(flawIssue(oldWord(old), value));
    else if ('flaw' in parsed) issues.push(flawIssue(parsed.flaw, value));
  });
}

function plainSchema() {
  return z.union([z.string(), z.number(), z.boolean(), z.null()]);
}

function nameSchema(name: Grammar<string> | undefined) {
  return name ? grammar(z.string(), name) : z.string();
}

/** The schema of a value together with the grammar that its text has to follow. */
export function grammar<T extends z.ZodType>(schema: T, read: Grammar<z.output<T>>): T {
  return schema.check(({ value, issues }) => {
    const parsed = read(value);
    if ('flaw' in parsed) issues.push(flawIssue(parsed.flaw, value));
  });
}

/** How a flaw travels through zod: as the parameters of a custom issue. */
export function flawIssue(flaw: Flaw, input: unknown) {
  return { code: 'custom' as const, message: flaw.must, params: { flaw }, input, continue: true };
}

function readVariableName(name: string): Parsed<string> {
  return name !== '' && !name.includes('=') ? { value: name } : flaw('have a name before `=`');
}

/** A blank before `=` is most likely a mistake: `NAME =value`. */
function readVariableInLine(name: string): Parsed<string> {
  return /\s$/.test(name)
    ? flaw('have no blank before `=`', 'the blank would be part of the name')
    : readVariableName(name);
}

function readLabelName(name: string): Parsed<string> {
  return name === '' ? flaw('have a name before `=`') : { value: name };
}

function oldWord(meaning: boolean): Flaw {
  return {
    must: 'be `true` or `false`',
    label: 'this is text in YAML 1.2',
    help: `write \`${meaning}\``,
    severity: 'warning',
  };
}
