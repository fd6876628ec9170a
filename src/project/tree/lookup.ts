import type { ModelPath, Place } from '../../base/diagnostic.ts';
import type { Path } from './path.ts';
import { type MappingTree, placeOf, type Span, spanOfEntry, spanOfValue, type Tree } from './tree.ts';

/** The place of a key rather than of its value. */
export function placeOfKey(root: Tree, path: Path): Place {
  return placeOf(spanAt(root, path, 'key'));
}

/** The span of a value, or that of the nearest one above it that the tree has. */
export function spanAt(root: Tree, path: Path, part?: 'key'): Span {
  let span = spanOfValue(root);
  let tree: Tree | undefined = root;
  for (const [index, step] of path.entries()) {
    if (tree?.kind === 'mapping') {
      const entry = tree.entries.get(String(step));
      if (!entry) return span;
      span = part === 'key' && index === path.length - 1 ? entry.key : spanOfEntry(entry);
      tree = entry.value;
    } else if (tree?.kind === 'sequence' && typeof step === 'number' && tree.items[step]) {
      tree = tree.items[step];
      span = spanOfValue(tree);
    } else return span;
  }
  return span;
}

export function treeAt(root: Tree, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>((tree, step) => {
    if (tree?.kind === 'mapping') return tree.entries.get(String(step))?.value;
    return tree?.kind === 'sequence' ? tree.items[Number(step)] : undefined;
  }, root);
}

/** Takes a model path apart along the tree, for keys may have dots of their own. */
export function stepsOf(root: Tree, path: ModelPath): Path {
  const steps: (string | number)[] = [];
  let tree: Tree | undefined = root;
  for (let rest = path; rest !== '' && tree; ) {
    const index: RegExpExecArray | null = /^\[(\d+)\]\.?/.exec(rest);
    if (index) {
      steps.push(Number(index[1]));
      tree = tree.kind === 'sequence' ? tree.items[Number(index[1])] : undefined;
      rest = rest.slice(index[0].length);
      continue;
    }
    const key: string | undefined = tree.kind === 'mapping' ? longestKey(tree.entries, rest) : undefined;
    if (key === undefined) return steps;
    steps.push(key);
    tree = tree.kind === 'mapping' ? tree.entries.get(key)?.value : undefined;
    rest = rest.slice(key.length).replace(/^\./, '');
  }
  return steps;
}

/** The longest beginning of a path that is a key; there may be thousands of keys, and one key ends soon. */
function longestKey(entries: MappingTree['entries'], rest: string): string | undefined {
  let key = synonyms.get(rest) ?? rest;
  while (!entries.has(key)) {
    const end = Math.max(key.lastIndexOf('.'), key.lastIndexOf('['));
    if (end < 0) return undefined;
    key = key.slice(0, end);
  }
  return key;
}

/** Keys that the canonical form has under another name. */
const synonyms: ReadonlyMap<string, string> = new Map([['memory', 'mem_limit']]);
