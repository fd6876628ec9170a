import type * as z from 'zod';
import type { Diagnostic } from '../base/diagnostic.ts';
import { lazy } from '../base/lazy.ts';
import { toDiagnostics, type WholeSchema } from './issues.ts';
import { composeSchema, type Occurring } from './model/compose.ts';
import { isRequired } from './model/walk.ts';
import type { Path } from './path.ts';
import { treeAt } from './places.ts';
import { child, isOpen, type MappingTree, type Tree, toPlain } from './tree.ts';

/** A file without what is wrong in it, so that the rest can be checked, and where something was taken out. */
export type Validated = { readonly tree: Tree; readonly broken: readonly Path[] };

/** Checks one file against the schema; everything that is wrong becomes a diagnostic and is taken out. */
export function validate(tree: Tree, diagnostics: Diagnostic[]): Validated {
  const result = composeSchema(occurringIn(tree)).safeParse(toPlain(tree));
  if (result.success) return { tree, broken: [] };
  const findings = result.error.issues
    .flatMap((issue) => toDiagnostics(issue, tree, wholeSchema))
    .filter(({ path }) => !isOpen(treeAt(tree, path) ?? tree));
  diagnostics.push(...findings.map(({ diagnostic }) => diagnostic));
  const errors = findings.filter(({ diagnostic }) => diagnostic.severity === 'error');
  const broken = errors.map(({ path }) => (isRequired(wholeSchema(), path) ? path.slice(0, -1) : path));
  return { tree: without(tree, broken), broken };
}

const wholeSchema: WholeSchema = lazy((): z.ZodType => composeSchema());

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
      const items = tree.items.flatMap((item, index) => {
        const below = pathsBelow(paths, index);
        return below.some((path) => path.length === 0) ? [] : [without(item, below)];
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
  for (const step of new Set(paths.map((path) => String(path[0])))) {
    const entry = entries.get(step);
    if (!entry) continue;
    const below = pathsBelow(paths, step);
    if (below.some((path) => path.length === 0)) entries.delete(step);
    else entries.set(step, { ...entry, value: without(entry.value, below) });
  }
  return { ...tree, entries };
}

function pathsBelow(paths: readonly Path[], step: string | number): Path[] {
  return paths.filter((path) => path[0] === step).map((path) => path.slice(1));
}
