import { flaw, type Parsed } from './flaw.ts';
import { readBytes } from './numbers.ts';

/** A value of an option of Docker's drivers `json-file` and `local`; undefined for an option that they do not have. */
export function readLogOption(name: string, text: string): Parsed<unknown> | undefined {
  return readers.get(name)?.(text);
}

/** The bytes of a file, which are more than none. */
export function readLogSize(text: string): Parsed<number> {
  const parsed = readBytes(text);
  if ('flaw' in parsed) return flaw('be a size', 'expected a number with k, m or g', parsed.flaw.help);
  return parsed.value > 0 ? parsed : flaw('be more than 0');
}

/** The number of files. */
export function readLogFiles(text: string): Parsed<number> {
  return /^\+?\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 1_000_000
    ? { value: Number(text) }
    : flaw('be a number of files', 'expected 1 or more');
}

const readAny = (text: string): Parsed<string> => ({ value: text });

const readers: ReadonlyMap<string, (text: string) => Parsed<unknown>> = new Map<
  string,
  (text: string) => Parsed<unknown>
>([
  ['max-size', readLogSize],
  ['max-file', readLogFiles],
  ...['compress', 'labels', 'labels-regex', 'env', 'env-regex', 'tag', 'mode', 'max-buffer-size'].map(
    (name) => [name, readAny] as const,
  ),
]);

export const logOptionNames = [...readers.keys()];
