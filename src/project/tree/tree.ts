import type { Place } from '../../base/diagnostic.ts';
import { placeAt, type Source } from '../../base/source.ts';
import { exactInteger } from './exact-integer.ts';

/**
 * A value of a Compose file that remembers where it was written. Trees are never changed: interpolation,
 * the long forms and merging make new ones, and every value keeps the place that it came from.
 */
export type Tree = ScalarTree | SequenceTree | MappingTree;

export type ScalarTree = {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly span: Span;
  /** The text in the file, where it differs from the value: `0x10`, `1e3`. */
  readonly written?: string;
  /** The text before `${…}` was replaced. */
  readonly template?: string;
  /** Its variables are not replaced, so its value is not known yet. */
  readonly isOpen?: true;
  /** A default of the long form, not written in the file. */
  readonly isPreset?: true;
  readonly tag?: Tag;
};

export type SequenceTree = {
  readonly kind: 'sequence';
  readonly items: readonly Tree[];
  readonly span: Span;
  readonly tag?: Tag;
};

export type MappingTree = {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly span: Span;
  readonly tag?: Tag;
};

export type Entry = { readonly key: Span; readonly value: Tree };
export type Scalar = string | number | boolean | null;
export type Span = { readonly source: Source; readonly start: number; readonly end: number };

/** The wish of an override file for the value that it overrides. */
export type Tag = '!reset' | '!override';

export function scalar(value: Scalar, span: Span): ScalarTree {
  return { kind: 'scalar', value, span };
}

export function sequence(items: readonly Tree[], span: Span): SequenceTree {
  return { kind: 'sequence', items, span };
}

export function mapping(entries: Iterable<readonly [string, Entry]>, span: Span): MappingTree {
  return { kind: 'mapping', entries: new Map(entries), span };
}

/** A value that is not written in the file, at the place of its owner. */
export function preset(value: Scalar, span: Span): ScalarTree {
  return { ...scalar(value, span), isPreset: true };
}

/** A mapping whose keys and values all stand at one place: the long form of something written short. */
export function mappingAt(
  values: Readonly<Record<string, Scalar | Tree | undefined>>,
  span: Span,
): MappingTree {
  const entries = Object.entries(values).flatMap(([key, value]): [string, Entry][] =>
    value === undefined ? [] : [[key, { key: span, value: isTree(value) ? value : scalar(value, span) }]],
  );
  return mapping(entries, span);
}

export function isNull(tree: Tree | undefined): boolean {
  return tree === undefined || (tree.kind === 'scalar' && tree.value === null);
}

/**
 * Whether a value, or the name before `=` in one of its items, has variables that are not replaced. It stays as
 * written, because its long form depends on them.
 */
export function isOpen(tree: Tree): boolean {
  if (tree.kind === 'scalar') return tree.isOpen === true;
  return tree.kind === 'sequence' && tree.items.some(hasOpenName);
}

function hasOpenName(item: Tree): boolean {
  return item.kind === 'scalar' && item.isOpen === true && String(item.value).split('=')[0]!.includes('$');
}

/** The same entry with another value, or the very same if it has that value. */
export function withValue(entry: Entry, value: Tree): Entry {
  return value === entry.value ? entry : { ...entry, value };
}

/** The value under a key, if the tree is a mapping that has it. */
export function child(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'mapping' ? tree.entries.get(key)?.value : undefined;
}

/** A copy of the mapping with some entries replaced, added or, where undefined, left out. */
export function withEntries(
  tree: MappingTree,
  changes: Readonly<Record<string, Entry | undefined>>,
): MappingTree {
  const entries = new Map(tree.entries);
  for (const [key, entry] of Object.entries(changes)) {
    if (entry) entries.set(key, entry);
    else entries.delete(key);
  }
  return { ...tree, entries };
}

/** The same value without its places, and without what `!reset` takes away. */
export function toPlain(tree: Tree): unknown {
  return plain(tree, ({ value }) => value);
}

/** The same with all digits of whole numbers, which are bigints where a number of JavaScript would lose some. */
export function toExactPlain(tree: Tree): unknown {
  return plain(tree, (scalar) => exactInteger(scalar) ?? scalar.value);
}

function plain(tree: Tree, read: (tree: ScalarTree) => unknown): unknown {
  switch (tree.kind) {
    case 'scalar':
      return read(tree);
    case 'sequence':
      return tree.items.map((item) => plain(item, read));
    case 'mapping': {
      const object: Record<string, unknown> = {};
      for (const [key, { value }] of tree.entries)
        if (value.tag !== '!reset') define(object, key, plain(value, read));
      return object;
    }
    default:
      return tree satisfies never;
  }
}

/** Assigns also a key that JavaScript gives a meaning of its own. */
export function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Line and column of a span. */
export function placeOf({ source, start, end }: Span): Place {
  return placeAt(source, start, end);
}

/** The place that stands for an entry: its value where that is on one line, otherwise its key. */
export function spanOfEntry({ key, value }: Entry): Span {
  if (isNull(value) || (value.kind !== 'scalar' && hasSeveralLines(value.span))) return key;
  return spanOfValue(value);
}

/** The place that stands for a value without a key: all of it, or its first line. */
export function spanOfValue({ span }: Tree): Span {
  const end = endOfLine(span);
  const line = span.source.text.slice(span.start, end);
  return { ...span, end: span.start + (end < span.end ? line.replace(/\r$/, '') : line.trimEnd()).length };
}

/** Apart from the blank end that belongs to a block. */
function hasSeveralLines(span: Span): boolean {
  blank.lastIndex = endOfLine(span);
  return blank.test(span.source.text) && blank.lastIndex < span.end;
}

function endOfLine({ source, start, end }: Span): number {
  const line = source.text.indexOf('\n', start);
  return line === -1 ? end : Math.min(line, end);
}

const blank = /\s*/y;

function isTree(value: Scalar | Tree): value is Tree {
  return typeof value === 'object' && value !== null;
}
