import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { rulesFor, valueAt } from '../keys/compose-file.ts';
import { type Value, valueBelow } from '../keys/value.ts';
import type { Reading } from '../read/documents.ts';
import { formatPath, type Path } from '../tree/path.ts';
import {
  type Entry,
  isNull,
  isOpen,
  type MappingTree,
  placeOf,
  type SequenceTree,
  spanOfEntry,
  spanOfValue,
  type Tree,
  toPlain,
} from '../tree/tree.ts';

/**
 * Merges one value over another at a path of the model; a path without a rule follows the default of its type.
 * A value with `!reset` stays as a mark, for there may be more below it to take away: see `withoutResets`.
 */
export function merge(
  base: Tree,
  override: Tree,
  { diagnostics, wants }: Pick<Reading, 'diagnostics' | 'wants'>,
  path: Path = [],
): Tree {
  return mergeTrees(base, override, valueAt(path, rulesFor(wants)), path, diagnostics);
}

function mergeTrees(
  base: Tree,
  override: Tree,
  at: Value | undefined,
  path: Path,
  diagnostics: Diagnostic[],
): Tree {
  // One value that comes in twice, through two files that include the same third.
  if (base === override) return base;
  if (override.tag || base.tag === '!reset') return override;
  const ruled = at?.merge?.(base, override);
  if (ruled) return ruled;
  if (isNull(override)) return base;
  if (isNull(base)) return override;
  if (base.kind === 'mapping' && override.kind === 'mapping') {
    return mergeMappings(base, override, at, path, diagnostics);
  }
  if (base.kind === 'sequence' && override.kind === 'sequence') return joinItems(base, override);
  if (base.kind !== override.kind && !isOpen(base) && !isOpen(override))
    diagnostics.push(differentKinds(base, override, path));
  return override;
}

function mergeMappings(
  base: MappingTree,
  override: MappingTree,
  at: Value | undefined,
  path: Path,
  diagnostics: Diagnostic[],
): MappingTree {
  const entries = new Map<string, Entry>(base.entries);
  for (const [key, entry] of override.entries) {
    const below = base.entries.get(key);
    if (!below) {
      entries.set(key, entry);
      continue;
    }
    const value = mergeTrees(below.value, entry.value, valueBelow(at, key), [...path, key], diagnostics);
    entries.set(key, { key: value === below.value ? below.key : entry.key, value });
  }
  return { ...base, entries };
}

/** Appends; an item tagged `!reset` takes the same item below it away instead. */
function joinItems(base: SequenceTree, override: SequenceTree): SequenceTree {
  const removed = override.items.filter(({ tag }) => tag === '!reset').map(toPlain);
  const kept = base.items.filter(
    (item) => removed.length === 0 || !removed.some((other) => isDeepStrictEqual(other, toPlain(item))),
  );
  return { ...base, items: [...kept, ...override.items] };
}

function differentKinds(base: Tree, override: Tree, path: Path): Diagnostic {
  return {
    severity: 'error',
    code: 'invalid-type',
    message: `\`${formatPath(path)}\` has different types in two files`,
    at: placeOf(spanOfValue(override)),
    label: 'this value cannot override the other',
    labels: [{ at: placeOf(spanOfEntry({ key: base.span, value: base })), text: 'the value to override' }],
    from: formatPath(path),
    help: 'write both in the same form, or tag this one with `!override`',
  };
}

/** The tree once everything is merged: without what `!reset` marks, and without tags, if any file has them. */
export function withoutResets(tree: Tree, { tagged }: { readonly tagged: readonly string[] }): Tree {
  return tagged.length > 0 ? untagged(tree) : tree;
}

function untagged(tree: Tree): Tree {
  if (!hasTag(tree)) return tree;
  const { tag: _, ...plain } = tree;
  if (plain.kind === 'scalar') return plain;
  if (plain.kind === 'sequence') return { ...plain, items: plain.items.filter(isKept).map(untagged) };
  const kept = [...plain.entries].filter(([, { value }]) => isKept(value));
  return {
    ...plain,
    entries: new Map(kept.map(([key, entry]) => [key, { ...entry, value: untagged(entry.value) }])),
  };
}

function isKept({ tag }: Tree): boolean {
  return tag !== '!reset';
}

function hasTag(tree: Tree): boolean {
  if (tree.tag) return true;
  if (tree.kind === 'sequence') return tree.items.some(hasTag);
  if (tree.kind === 'mapping') for (const { value } of tree.entries.values()) if (hasTag(value)) return true;
  return false;
}
