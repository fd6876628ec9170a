/** The texts that are not empty; undefined if there are none. */
export function someOf(texts: readonly string[]): readonly string[] | undefined {
  const some = texts.filter((text) => text !== '');
  return some.length > 0 ? some : undefined;
}
