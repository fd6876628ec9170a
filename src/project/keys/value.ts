import type * as z from 'zod';
import { oncePer } from '../../base/lazy.ts';
import type { Scalar } from '../tree/tree.ts';
import type { LongForm } from './long-forms.ts';
import type { MergeRule } from './merge-rules.ts';

/**
 * One place of a Compose file: the values that may stand there, its long form, how files are laid over each other, and
 * whether it is honoured. From the value of the whole file come the check of every file, the JSON schema
 * and the tables of keys, the long forms, the rules of merging and the warnings.
 */
export type Value = {
  /** Builds the schema of the written form; called only for keys that a file has. */
  readonly schema: () => z.ZodType;
  /** One sentence for editors and tables; a key that is not honoured has another of these texts. */
  readonly description?: string;
  /** Writes it in its long form, once it is checked; the values in it have theirs already. */
  readonly longForm?: LongForm;
  /** The same while variables are not replaced; without it, such a value stays as it is written. */
  readonly templateForm?: LongForm;
  /** The same when the file is laid over those below it, for a list whose items have their form all or none. */
  readonly mergedTemplateForm?: LongForm;
  /** Lays it over the value of a file below; without a rule, mappings and lists are joined, and others replaced. */
  readonly merge?: MergeRule;
  /** The same while variables are not replaced, if values have several forms then. */
  readonly templateMerge?: MergeRule;
  /** The purpose of a key that is not supported yet; the warning quotes it. */
  readonly unsupported?: string;
  /** The purpose of a key on other systems; it has no effect on Linux, and the warning quotes it. */
  readonly foreign?: string;
  /** The reason why a key has no effect here; the warning quotes it. */
  readonly inapplicable?: string;
  /** Values without a warning, because they ask for the present behaviour. */
  readonly honoured?: readonly Scalar[];
  /** The same, where the values are too many for a list. */
  readonly isHonoured?: (value: Scalar) => boolean;
  /** Whether false, 0 and empty text are values like others; elsewhere a key with one of them says nothing. */
  readonly keepsZero?: true;
  /** The value that is the same as none, if it is another: `true` where an option is on unless it is turned off. */
  readonly sameAsNone?: Scalar;
  /** The value in JSON where the key is missing; YAML has nothing there. */
  readonly blank?: unknown;
  /** The word for a mapping in messages: `service`. */
  readonly title?: string;
  /** The keys of a mapping. */
  readonly keys?: Keys;
  /** Keys without which the mapping says nothing. */
  readonly required?: readonly string[];
  /** The value of every entry, where the keys are names. */
  readonly each?: Value;
  /** The items of a list. */
  readonly items?: Value;
};

export type Keys = Readonly<Record<string, Value>>;

/** The value one step further down, if there may be one. */
export function valueBelow(value: Value | undefined, step: string | number): Value | undefined {
  if (!value) return undefined;
  if (typeof step === 'number') return value.items;
  // Keys of a file may be called as what every object of JavaScript has.
  return value.keys && Object.hasOwn(value.keys, step) ? value.keys[step] : value.each;
}

/** A value, and those in it, while variables are not replaced. */
export function asTemplate({ longForm: _, templateForm, templateMerge, ...value }: Value): Value {
  const { keys, each, items } = value;
  return {
    ...value,
    ...(templateForm && { longForm: templateForm }),
    ...(templateMerge && { merge: templateMerge }),
    ...(keys && {
      keys: Object.fromEntries(Object.entries(keys).map(([key, inner]) => [key, asTemplate(inner)])),
    }),
    ...(each && { each: asTemplate(each) }),
    ...(items && { items: asTemplate(items) }),
  };
}

/** A value, and those in it, once files whose variables are not replaced are merged. */
export function asMergedTemplate({ longForm: _, mergedTemplateForm, merge, ...value }: Value): Value {
  const { keys, each, items } = value;
  return {
    ...value,
    ...(mergedTemplateForm && { longForm: mergedTemplateForm, ...(merge && { merge }) }),
    ...(keys && {
      keys: Object.fromEntries(Object.entries(keys).map(([key, inner]) => [key, asMergedTemplate(inner)])),
    }),
    ...(each && { each: asMergedTemplate(each) }),
    ...(items && { items: asMergedTemplate(items) }),
  };
}

/** Whether a property holds for a value or for one in it: a walk over a file skips all other values. */
export function somewhere(isSo: (value: Value) => boolean): (value: Value) => boolean {
  const isWithin = oncePer(
    (value: Value): boolean => isSo(value) || [...innerOf(value)].some((inner) => isWithin(inner)),
  );
  return isWithin;
}

function* innerOf({ keys = {}, each, items }: Value): Iterable<Value> {
  yield* Object.values(keys);
  if (each) yield each;
  if (items) yield items;
}

/** Every value that there may be in another, by its path: `services.*.volumes[].target`. */
export function* valuesIn(value: Value, path = ''): Iterable<readonly [path: string, value: Value]> {
  for (const [key, inner] of Object.entries({ ...value.keys, ...(value.each && { '*': value.each }) })) {
    const at = path === '' ? key : `${path}.${key}`;
    yield [at, inner];
    yield* valuesIn(inner, at);
  }
  if (value.items) {
    yield [`${path}[]`, value.items];
    yield* valuesIn(value.items, `${path}[]`);
  }
}
