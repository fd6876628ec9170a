/** Makes a value at its first use, so that the import of a module costs nothing. */
export function lazy<T extends object>(make: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
}

/** Remembers the value of the last arguments only: containers that start one after the other often share it. */
export function latest<Given extends readonly unknown[], Value>(
  make: (...given: Given) => Value,
): (...given: Given) => Value {
  let last: { readonly given: Given; readonly value: Value } | undefined;
  return (...given) => {
    if (!last?.given.every((one, index) => one === given[index])) last = { given, value: make(...given) };
    return last.value;
  };
}

/** Makes a value once for each key and keeps it as long as the key lives: many containers share such values. */
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
