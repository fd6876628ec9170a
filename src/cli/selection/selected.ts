/** As in Docker: all conditions on labels must hold; of those with another key, one of each key. */
export function selected<Item, Condition extends { readonly key: string }>(
  items: readonly Item[],
  conditions: readonly Condition[],
  isMet: (item: Item, condition: Condition) => boolean,
): readonly Item[] {
  const keys = [...new Set(conditions.map(({ key }) => key))];
  return items.filter((item) =>
    keys.every((key) => {
      const ofKey = conditions.filter((each) => each.key === key).map((each) => isMet(item, each));
      return key === 'label' ? ofKey.every(Boolean) : ofKey.some(Boolean);
    }),
  );
}
