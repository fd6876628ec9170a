/** Makes a value at its first use, so that importing a module costs nothing. */
export function lazy<T extends object>(make: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
}

/** Keeps the last value, for as long as it is asked for with the same arguments: what one container after the other has. */
export function latest<Given extends readonly unknown[], Value>(
  make: (...given: Given) => Value,
): (...given: Given) => Value {
  let last: { readonly given: Given; readonly value: Value } | undefined;
  return (...given) => {
    if (!last?.given.every((one, index) => one === given[index])) last = { given, value: make(...given) };
    return last.value;
  };
}

/** Makes a value once for each key, for as long as the key is there: what many containers have in common. */
export function oncePer<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const known = made.get(key);
    if (known) return known.value;
    const value = make(key);
    made.set(key, { value });
    return value;
  };
}
