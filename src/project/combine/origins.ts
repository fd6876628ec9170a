import type { Place } from '../../base/diagnostic.ts';
import type { Canonical } from '../model/canonical.ts';
import { mentionsIn } from '../read/interpolate.ts';
import { formatPath, type Path } from '../tree/path.ts';
import {
  type Entry,
  isNull,
  placeOf,
  spanOfEntry,
  spanOfValue,
  type Tree,
  toExactPlain,
} from '../tree/tree.ts';
import type { CanonicalForm } from './canonical-form.ts';

/** A value of the canonical project that has none below it, and where it comes from. */
export type Origin = {
  readonly path: Path;
  readonly value: unknown;
  /** The place in the file; absent for a default. */
  readonly at?: Place;
  /** The variables that it was made from. */
  readonly variables?: readonly string[];
};

type Found = { readonly tree: Tree; readonly entry?: Entry };

type Loaded = {
  readonly canonical: Canonical;
  readonly merged: Tree;
  readonly fromFiles?: CanonicalForm['fromFiles'];
};

/** The origin of every value of a project that is loaded without errors, in the order of the project. */
export function originsOf({ canonical, merged, fromFiles }: Loaded): Origin[] {
  return [...below(canonical, { tree: merged }, [])].map((origin): Origin => {
    const at = origin.at ?? fromFiles?.get(formatPath(origin.path));
    return at ? { ...origin, at } : origin;
  });
}

function* below(value: unknown, found: Found | undefined, path: Path): Iterable<Origin> {
  if (Array.isArray(value) && value.length > 0) {
    for (const [index, item] of value.entries())
      yield* below(item, itemOf(found, item, index), [...path, index]);
  } else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value))
      yield* below(inner, entryOf(found, key), [...path, key]);
  } else yield { path, value, ...writtenAt(value, found, path) };
}

function entryOf(found: Found | undefined, key: string): Found | undefined {
  const entry = found?.tree.kind === 'mapping' ? found.tree.entries.get(key) : undefined;
  return entry && { tree: entry.value, entry };
}

/** Some lists are put into order; an item is then where its value is. */
function itemOf(found: Found | undefined, value: unknown, index: number): Found | undefined {
  if (found?.tree.kind !== 'sequence') return undefined;
  const { items } = found.tree;
  const isIt = (item: Tree | undefined) => item?.kind === 'scalar' && toExactPlain(item) === value;
  const item = typeof value === 'object' || isIt(items[index]) ? items[index] : items.find(isIt);
  return item && { tree: item };
}

function writtenAt(value: unknown, found: Found | undefined, path: Path): Pick<Origin, 'at' | 'variables'> {
  if (!found || (found.tree.kind === 'scalar' && found.tree.isPreset)) return {};
  const { tree, entry } = found;
  // A variable without a value has that of the environment, a key without one what it would have if it were not there.
  const isOutside = isNull(tree) && value !== null;
  if (isOutside && !takesOutside.has(String(path.at(-2)))) return {};
  // `-p` and the like have the last word.
  if (!isOutside && tree.kind === 'scalar' && tree.value !== value) return {};
  const at = placeOf(entry ? spanOfEntry(entry) : spanOfValue(tree));
  const variables = isOutside ? [String(path.at(-1))] : variablesAt(tree);
  return { at, ...(variables.length > 0 && { variables }) };
}

const takesOutside: ReadonlySet<string> = new Set(['environment', 'args']);

/** The variables of the text that a value was written as, or was a part of. */
function variablesAt({ span: { source, start, end } }: Tree): string[] {
  return [...new Set(mentionsIn(source.text.slice(start, end)).map(({ name }) => name))];
}
