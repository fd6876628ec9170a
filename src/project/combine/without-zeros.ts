import { isDeepStrictEqual } from 'node:util';
import { oncePer } from '../../base/lazy.ts';
import { composeFile } from '../keys/compose-file.ts';
import type { Keys, Value } from '../keys/value.ts';
import { valueBelow } from '../keys/value.ts';
import { define } from '../tree/tree.ts';
import { mapEntries } from './map-entries.ts';

type Plain = Readonly<Record<string, unknown>>;

/**
 * A value without the keys in it that say nothing: no value, false, 0, empty text, and lists and names without
 * entries. Keys that JSON always has get their blank. Required keys are kept, and entries by name, such as variables.
 */
export function withoutZeros(value: unknown, at: Value | undefined): unknown {
  if (!at || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutZeros(item, valueBelow(at, 0)));
  const isKept = (key: string, inner: unknown, below: Value | undefined): boolean =>
    !at.keys || at.each !== undefined || at.required?.includes(key) || !saysNothing(inner, below);
  const kept: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const below = valueBelow(at, key);
    const short = withoutZeros(inner, below);
    if (isKept(key, short, below)) define(kept, key, short);
  }
  return withBlanks(kept, at.keys);
}

/** A key that is not known may have any value. */
function saysNothing(value: unknown, at: Value | undefined): boolean {
  if (!at) return false;
  if (value === undefined || value === null || value === at.sameAsNone) return true;
  if (at.blank !== undefined) return false;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object')
    return (!at.keys || at.each !== undefined) && Object.keys(value).length === 0;
  return !at.keepsZero && !value;
}

function withBlanks(value: Plain, keys: Keys = {}): Plain {
  const missing = blanksOf(keys).filter(([key]) => !Object.hasOwn(value, key));
  return missing.length === 0 ? value : { ...value, ...Object.fromEntries(missing) };
}

const blanksOf = oncePer((keys: Keys): (readonly [string, unknown])[] =>
  Object.entries(keys).flatMap(([key, { blank }]) => (blank === undefined ? [] : [[key, blank] as const])),
);

/** A project in which no key has its blank, as in YAML; the keys of the top level stay. */
export function withoutBlanks<T extends object>(project: T): T {
  return mapEntries(project as Plain, (value, key) =>
    withoutBlanksBelow(value, composeFile.keys?.[key]),
  ) as T;
}

function withoutBlanksBelow(value: unknown, at: Value | undefined): unknown {
  if (!at || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutBlanksBelow(item, at.items));
  const isBlank = (key: string, inner: unknown): boolean => {
    const blank = at.keys && Object.hasOwn(at.keys, key) ? at.keys[key]!.blank : undefined;
    return blank !== undefined && isDeepStrictEqual(inner, blank);
  };
  const kept = Object.entries(value).filter(([key, inner]) => !isBlank(key, inner));
  return mapEntries(Object.fromEntries(kept), (inner, key) => withoutBlanksBelow(inner, valueBelow(at, key)));
}
