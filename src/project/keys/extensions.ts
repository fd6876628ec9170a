import type { Diagnostic } from '../../base/diagnostic.ts';
import { formatBytes } from '../../base/text/bytes.ts';
import {
  type Entry,
  isNull,
  placeOf,
  type ScalarTree,
  spanOfEntry,
  type Tree,
  withEntries,
} from '../tree/tree.ts';

/**
 * Moves what has two or three names to the one of the canonical form: `memory` and `x-tscompose.memory` to
 * `mem_limit`, `x-tscompose.rootfs` to `rootfs`. Two that disagree within one file are an error.
 */
export function renameExtensions(tree: Tree, { diagnostics }: { readonly diagnostics: Diagnostic[] }): Tree {
  if (tree.kind !== 'mapping') return tree;
  const extension = tree.entries.get('x-tscompose')?.value;
  const extended = extension?.kind === 'mapping' ? extension.entries : new Map<string, Entry>();
  const memory = onlyOne('mem_limit', [
    tree.entries.get('mem_limit'),
    tree.entries.get('memory'),
    extended.get('memory'),
  ]);
  const rootfs = onlyOne('rootfs', [tree.entries.get('rootfs'), extended.get('rootfs')]);
  diagnostics.push(...memory.conflicts, ...rootfs.conflicts);
  return withEntries(tree, {
    memory: undefined,
    mem_limit: memory.entry,
    rootfs: rootfs.entry,
    'x-tscompose': remaining(tree.entries.get('x-tscompose')),
  });
}

function onlyOne(key: string, entries: readonly (Entry | undefined)[]) {
  const [first, ...others] = entries.filter(
    (entry) => entry !== undefined && !isNull(entry.value),
  ) as Entry[];
  const conflicts = others.flatMap((other) =>
    textOf(first!) === textOf(other) ? [] : [conflict(key, first!, other)],
  );
  return { entry: first, conflicts };
}

function conflict(key: string, first: Entry, second: Entry): Diagnostic {
  const describe = key === 'mem_limit' ? (entry: Entry) => formatBytes(Number(textOf(entry))) : textOf;
  return {
    severity: 'error',
    code: 'conflicting-keys',
    message: `\`${key}\` is set twice, to different values`,
    at: placeOf(spanOfEntry(second)),
    label: `this is ${describe(second)}`,
    labels: [{ at: placeOf(spanOfEntry(first)), text: `this is ${describe(first)}` }],
    help: 'remove one of the two',
  };
}

/** The rest of `x-tscompose`, or nothing. */
function remaining(entry: Entry | undefined): Entry | undefined {
  if (entry?.value.kind !== 'mapping') return entry;
  const rest = withEntries(entry.value, { memory: undefined, rootfs: undefined });
  return rest.entries.size > 0 ? { ...entry, value: rest } : undefined;
}

function textOf({ value }: Entry): string {
  return String((value as ScalarTree).value);
}
