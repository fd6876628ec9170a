import { Problem } from '../base/diagnostic.ts';
import { requireSignal } from '../base/signal.ts';

/** A parameter of a query, with functions to write a value and to read a text. */
export type Parameter<Value> = {
  readonly write: (value: Value) => string;
  /** Throws a Problem or returns undefined for an invalid text. */
  readonly read: (text: string) => Value | undefined;
  readonly expected: string;
};

/** A parameter of any type. */
export type AnyParameter = Omit<Parameter<never>, 'read'> & { readonly read: (text: string) => unknown };

/** As in Docker, every text except these few words is true. */
export const flag: Parameter<boolean> = {
  write: (value) => (value ? '1' : '0'),
  read: (text) => !['0', 'no', 'false', 'none'].includes(text.trim().toLowerCase()),
  expected: 'true or false',
};

/** A whole number from 0 to `most`. */
export const count = (most = Number.MAX_SAFE_INTEGER): Parameter<number> => ({
  write: String,
  read: (text) => (/^\d+$/.test(text) && Number(text) <= most ? Number(text) : undefined),
  expected: most === Number.MAX_SAFE_INTEGER ? 'a whole number' : `a whole number up to ${most}`,
});

/** A number of lines from the end; absent for all of them. */
export const lines: Parameter<number> = {
  ...count(),
  read: (text) => (text === 'all' ? Number.POSITIVE_INFINITY : count().read(text)),
  expected: 'a number of lines or `all`',
};

/** Milliseconds since the epoch, written as seconds. */
export const moment: Parameter<number> = {
  write: (time) => String(time / 1000),
  read: (text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined),
  expected: 'seconds since the epoch',
};

/** Milliseconds, written as seconds; a negative number means for ever. */
export const seconds: Parameter<number> = {
  write: (time) => String(time / 1000),
  read: (text) => {
    if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
    return text.startsWith('-') ? Number.POSITIVE_INFINITY : Number(text) * 1000;
  },
  expected: 'a number of seconds',
};

/** A signal's name; any form is accepted. */
export const signal: Parameter<string> = {
  write: (name) => name,
  read: (text) => requireSignal(text).name,
  expected: 'a signal',
};

/** A position in a log, as a frame of it has told; see `LogReader.mark`. */
export const logMark: Parameter<string> = {
  write: (mark) => mark,
  read: (text) => (/^\d{1,15}:\d{1,15}(:\d{1,15}[ce]?){2}$/.test(text) ? text : undefined),
  expected: 'a position in a log',
};

/** Any text. */
export const text: Parameter<string> = {
  write: (value) => value,
  read: (value) => value,
  expected: 'a text',
};

export const word = <const Word extends string>(...words: readonly Word[]): Parameter<Word> => ({
  write: (value) => value,
  read: (text) => words.find((each) => each === text),
  expected: `one of ${words.join(', ')}`,
});

type Values<Query> = { readonly [Key in keyof Query]?: Query[Key] extends Parameter<infer V> ? V : never };

/** `?all=1`, without undefined values. */
export const writeQuery = (
  query: Readonly<Record<string, AnyParameter>>,
  values: Readonly<Record<string, unknown>>,
): string => {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, query[name]!.write(value as never)] as [string, string]],
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
};

/** The values of a query, without empty and unknown parameters. Throws a Problem for an invalid value. */
export const readQuery = <Query extends Readonly<Record<string, AnyParameter>>>(
  query: Query,
  given: URLSearchParams,
): Values<Query> =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, { read, expected }]) => {
      const text = given.get(name);
      if (text === null || text === '') return [];
      const value = read(text);
      if (value === undefined)
        throw new Problem({
          severity: 'error',
          code: 'invalid-value',
          message: `invalid query parameter \`${name}\`: expected ${expected}, got \`${text}\``,
        });
      return [[name, value]];
    }),
  ) as Values<Query>;
