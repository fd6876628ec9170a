import type { Diagnostic } from '../base/diagnostic.ts';
import { append, type MergeRule, mergeRules } from './merge-rules.ts';
import { descend, formatPath, type Path, type Rules } from './path.ts';
import {
  type Entry,
  isNull,
  type MappingTree,
  placeOf,
  spanOfEntry,
  spanOfValue,
  type Tree,
} from './tree.ts';

/** Lays each file over those before it; what has no rule follows the default of its kind. */
export function merge(files: readonly Tree[], diagnostics: Diagnostic[]): Tree | undefined {
  const [first, ...rest] = files;
  if (!first) return undefined;
  return rest.reduce(
    (base, file) => mergeTrees(base, file, mergeRules(), [], diagnostics),
    withoutResets(first),
  );
}

function mergeTrees(
  base: Tree,
  override: Tree,
  at: Rules<MergeRule> | undefined,
  path: Path,
  diagnostics: Diagnostic[],
): Tree {
  if (override.tag === '!override') return withoutResets(override);
  if (at?.rule) return at.rule(base, override);
  if (isNull(override)) return base;
  if (isNull(base)) return withoutResets(override);
  if (base.kind === 'mapping' && override.kind === 'mapping') {
    return mergeMappings(base, override, at, path, diagnostics);
  }
  if (base.kind === 'sequence' && override.kind === 'sequence') return append(base, override);
  if (base.kind !== override.kind) diagnostics.push(differentKinds(base, override, path));
  return override;
}

function mergeMappings(
  base: MappingTree,
  override: MappingTree,
  at: Rules<MergeRule> | undefined,
  path: Path,
  diagnostics: Diagnostic[],
): MappingTree {
  const entries = new Map<string, Entry>(base.entries);
  for (const [key, entry] of override.entries) {
    const below = base.entries.get(key);
    if (entry.value.tag === '!reset') entries.delete(key);
    else if (!below) entries.set(key, { ...entry, value: withoutResets(entry.value) });
    else {
      const value = mergeTrees(below.value, entry.value, descend(at, key), [...path, key], diagnostics);
      entries.set(key, { key: value === below.value ? below.key : entry.key, value });
    }
  }
  return { ...base, entries };
}

function differentKinds(base: Tree, override: Tree, path: Path): Diagnostic {
  return {
    severity: 'error',
    code: 'invalid-type',
    message: `\`${formatPath(path)}\` is of different kinds in two files`,
    at: placeOf(spanOfValue(override)),
    label: 'this cannot override the other',
    labels: [
      { at: placeOf(spanOfEntry({ key: base.span, value: base })), text: 'this is what it would override' },
    ],
    from: formatPath(path),
    help: 'write both in the same form, or tag this one with `!override`',
  };
}

/** What `!reset` marks has nothing to take away in the lowest file, and is no value itself. */
function withoutResets(tree: Tree): Tree {
  if (tree.kind !== 'mapping') return tree;
  const kept = [...tree.entries].filter(([, { value }]) => value.tag !== '!reset');
  return {
    ...tree,
    entries: new Map(kept.map(([key, entry]) => [key, { ...entry, value: withoutResets(entry.value) }])),
  };
}
