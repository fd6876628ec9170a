/** The error in a value that was read, such as `.containers.web.id is no text`; undefined for a valid value. */
export type Check = (value: unknown) => string | undefined;

/** A check for each field of a type, so that a field which is added gets one. */
export type Shape<Type> = { readonly [Key in keyof Type]-?: Check };

export const text: Check = (value) => (typeof value === 'string' ? undefined : ' is no text');
export const number: Check = (value) => (Number.isFinite(value) ? undefined : ' is no number');
export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : ' is neither true nor false');

export const oneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? undefined : ` is none of ${values.join(', ')}`;

export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? undefined : check(value);

export const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) ? first(value.entries(), () => check) : ' is no list';

/** An object with keys of any name. */
export const map =
  (check: Check): Check =>
  (value) =>
    isObject(value) ? first(Object.entries(value), () => check) : ' is no object';

/** An object with at least these keys. */
export const object =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (!isObject(value)) return ' is no object';
    return first(
      Object.keys(shape).map((key) => [key, value[key]] as const),
      (key) => shape[key] as Check,
    );
  };

const first = <Key extends string | number>(
  entries: Iterable<readonly [Key, unknown]>,
  checkOf: (key: Key) => Check,
): string | undefined => {
  for (const [key, value] of entries) {
    const problem = checkOf(key)(value);
    if (problem !== undefined) return `.${key}${problem}`;
  }
  return undefined;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
