/** Computes something of an object that never changes, once and no more, as long as the object is in use. */
export const kept = <Value extends object, Result extends {}>(
  compute: (value: Value) => Result,
): ((value: Value) => Result) => {
  const results = new WeakMap<Value, Result>();
  return (value) => {
    const known = results.get(value);
    if (known !== undefined) return known;
    const result = compute(value);
    results.set(value, result);
    return result;
  };
};
