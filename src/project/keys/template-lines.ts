import { exactInteger } from '../tree/exact-integer.ts';
import { isNull, type ScalarTree, type Tree } from '../tree/tree.ts';
import { type MergeRule, textOf, uniqueBy } from './merge-rules.ts';

/** Values that are lines, one text or names with values become lines, of which the later one of a name counts. */
export const uniqueLines: MergeRule = mergedLines((line) => textOf(line).split('=')[0]!);

/** The same for lines that may share their names. */
export const differentLines: MergeRule = mergedLines(textOf);

function mergedLines(keyOf: (line: Tree) => string): MergeRule {
  const merge = uniqueBy(keyOf, keyOf);
  return (base, override) =>
    isNull(override) || isNull(base) ? undefined : merge(asLines(base), asLines(override));
}

function asLines(tree: Tree): Tree {
  if (tree.kind === 'sequence') return tree;
  const items =
    tree.kind === 'scalar' ? [tree] : [...tree.entries].flatMap(([name, { value }]) => linesOf(name, value));
  return { kind: 'sequence', items, span: tree.span };
}

/** A name has a line for each of its values; one that is taken away has one too, to be found. */
function linesOf(name: string, value: Tree): ScalarTree[] {
  if (value.kind === 'sequence') return value.items.flatMap((item) => linesOf(name, item));
  if (value.kind === 'mapping') return [];
  const isAlone = isNull(value) || value.tag === '!reset';
  return [{ ...value, value: isAlone ? name : `${name}=${exactInteger(value) ?? value.value}` }];
}
