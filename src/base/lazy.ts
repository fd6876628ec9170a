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

/**
 * The same for arguments with the same content: plain objects and lists, of which each container has its own. Everything
 * else, such as a Set, is the same only if it is identical.
 */
export function latestAlike<Given extends readonly unknown[], Value>(
  make: (...given: Given) => Value,
): (...given: Given) => Value {
  let last: { readonly given: Given; readonly value: Value } | undefined;
  return (...given) => {
    if (!last || !isAlike(last.given, given)) last = { given, value: make(...given) };
    return last.value;
  };
}

const isAlike = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (Array.isArray(one))
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isAlike(item, other[index]))
    );
  if (!isPlain(one) || !isPlain(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isAlike(one[name], other[name]))
  );
};

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Makes a value once for each text, such as a path that many services name. */
export function oncePerText<Value>(make: (text: string) => Value): (text: string) => Value {
  return remembering(new Map(), make);
}

/** Makes a value once for each key and keeps it as long as the key lives: many containers share such values. */
export function oncePer<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  return remembering(new WeakMap(), make);
}

/** The values that have been made; each is in an object, so that undefined is one as well. */
type Made<Key, Value> = {
  readonly get: (key: Key) => { readonly value: Value } | undefined;
  readonly set: (key: Key, made: { readonly value: Value }) => unknown;
};

function remembering<Key, Value>(made: Made<Key, Value>, make: (key: Key) => Value): (key: Key) => Value {
  return (key) => {
    const known = made.get(key);
    if (known) return known.value;
    const value = make(key);
    made.set(key, { value });
    return value;
  };
}
