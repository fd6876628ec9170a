import type { Diagnostic } from '../../base/diagnostic.ts';
import { type Occurring, schemaFor, valueAt } from '../keys/compose-file.ts';
import { mapEntries } from '../keys/long-forms.ts';
import { treeAt } from '../tree/lookup.ts';
import type { Path } from '../tree/path.ts';
import { child, isOpen, type MappingTree, type Tree, toPlain, withEntries, withValue } from '../tree/tree.ts';
import { toDiagnostics } from './schema-issues.ts';

/** A file without its wrong values, so that the rest can be checked, and the places of the removed values. */
export type Validated = { readonly tree: Tree; readonly broken: readonly Path[] };

/** Checks one file against the schema; everything that is wrong becomes a diagnostic and is taken out. */
export function validate(tree: Tree, diagnostics: Diagnostic[]): Validated {
  const result = schemaFor(occurringIn(tree)).safeParse(toPlain(withoutExtensions(tree)));
  if (result.success) return { tree, broken: [] };
  const findings = result.error.issues
    .flatMap((issue) => toDiagnostics(issue, tree))
    .filter(({ path }) => !isOpen(treeAt(tree, path) ?? tree));
  for (const { diagnostic } of findings) diagnostics.push(diagnostic);
  const errors = findings.filter(({ diagnostic }) => diagnostic.severity === 'error');
  const broken = errors.map(({ path }) => (isRequired(path) ? path.slice(0, -1) : path));
  return { tree: without(tree, broken), broken };
}

/** Whether the mapping at the path above this one says nothing without this key. */
function isRequired(path: Path): boolean {
  const key = path.at(-1);
  const { required = [] } = valueAt(path.slice(0, -1)) ?? {};
  return typeof key === 'string' && required.includes(key);
}

/** Extensions but our own may be anything; a schema that had their keys would have to be compiled for every file anew. */
function withoutExtensions(tree: Tree): Tree {
  const services = child(tree, 'services');
  const top = withoutExtensionKeys(tree);
  if (top.kind !== 'mapping' || services?.kind !== 'mapping') return top;
  const entry = top.entries.get('services')!;
  const value = mapEntries(services, (name, service) => [
    name,
    withValue(service, withoutExtensionKeys(service.value)),
  ]);
  return value === services ? top : withEntries(top, { services: withValue(entry, value) });
}

function withoutExtensionKeys(tree: Tree): Tree {
  if (tree.kind !== 'mapping') return tree;
  const kept = [...tree.entries].filter(([key]) => !key.startsWith('x-') || key === 'x-tscompose');
  return kept.length === tree.entries.size ? tree : { ...tree, entries: new Map(kept) };
}

function occurringIn(tree: Tree): Occurring {
  const services = child(tree, 'services');
  const each = services?.kind === 'mapping' ? [...services.entries.values()] : [];
  return { topLevel: new Set(keysOf(tree)), service: new Set(each.flatMap(({ value }) => keysOf(value))) };
}

function keysOf(tree: Tree): string[] {
  return tree.kind === 'mapping' ? [...tree.entries.keys()] : [];
}

/** The tree without the values at these paths. */
function without(tree: Tree, paths: readonly Path[]): Tree {
  if (paths.length === 0) return tree;
  if (paths.some((path) => path.length === 0))
    return { kind: 'mapping', entries: new Map(), span: tree.span };
  switch (tree.kind) {
    case 'scalar':
      return tree;
    case 'sequence': {
      const below = byFirstStep(paths);
      const items = tree.items.flatMap((item, index) => {
        const inner = below.get(String(index)) ?? [];
        return inner.some((path) => path.length === 0) ? [] : [without(item, inner)];
      });
      return { ...tree, items };
    }
    case 'mapping':
      return withoutEntries(tree, paths);
    default:
      return tree satisfies never;
  }
}

function withoutEntries(tree: MappingTree, paths: readonly Path[]): MappingTree {
  const entries = new Map(tree.entries);
  for (const [step, below] of byFirstStep(paths)) {
    const entry = entries.get(step);
    if (!entry) continue;
    if (below.some((path) => path.length === 0)) entries.delete(step);
    else entries.set(step, { ...entry, value: without(entry.value, below) });
  }
  return { ...tree, entries };
}

/** The paths behind each first step. */
function byFirstStep(paths: readonly Path[]): Map<string, Path[]> {
  const below = new Map<string, Path[]>();
  for (const [first, ...rest] of paths) {
    const others = below.get(String(first));
    if (others) others.push(rest);
    else below.set(String(first), [rest]);
  }
  return below;
}
