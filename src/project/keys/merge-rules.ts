import { child, isNull, type Tree } from '../tree/tree.ts';

/** How a value of an override file and the one below it become one; undefined for the way of their kind. */
export type MergeRule = (base: Tree, override: Tree) => Tree | undefined;

export const replace: MergeRule = (_base, override) => override;

/** Appends; an item with the key of an earlier item replaces it. One whose variables are not replaced is known by its text. */
export const uniqueBy =
  (keyOf: (item: Tree) => string, keyOfOpen: (item: Tree) => string = textOf): MergeRule =>
  (base, override) => {
    if (base.kind !== 'sequence' || override.kind !== 'sequence') return isNull(override) ? base : override;
    const items = new Map<string, Tree>();
    for (const item of [...base.items, ...override.items])
      items.set(item.kind === 'scalar' && item.isOpen ? keyOfOpen(item) : keyOf(item), item);
    return { ...base, items: [...items.values()] };
  };

export const textOf = (item: Tree | undefined): string => (item?.kind === 'scalar' ? String(item.value) : '');
export const uniqueText: MergeRule = uniqueBy(textOf);
export const uniqueByKey = (key: string): MergeRule => uniqueBy((item) => textOf(child(item, key)));
