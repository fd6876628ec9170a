import { type Entry, isNull, type MappingTree, preset, type Scalar, withEntries } from '../../tree/tree.ts';

/** The mapping with these values where it says nothing. */
export function withDefaults(tree: MappingTree, values: Readonly<Record<string, Scalar>>): MappingTree {
  const missing = Object.entries(values).filter(([key]) => isNull(tree.entries.get(key)?.value));
  const entryOf = (value: Scalar): Entry => ({ key: tree.span, value: preset(value, tree.span) });
  return withEntries(tree, Object.fromEntries(missing.map(([key, value]) => [key, entryOf(value)])));
}
