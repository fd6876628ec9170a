import { parseBytes } from '../../base/text/bytes.ts';
import { parseDuration } from '../../base/text/duration.ts';
import { flaw, type Parsed } from './flaw.ts';

/** A size in bytes; -1 stands for no limit. */
export function readBytes(value: number | string): Parsed<number> {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value)
      ? { value }
      : flaw('be a whole number of bytes', undefined, 'write `512m`');
  }
  const bytes = parseBytes(value);
  if (bytes !== undefined && Number.isSafeInteger(bytes)) return { value: bytes };
  return flaw('be a size', 'expected a number with b, k, m or g', suggestBytes(value));
}

/** A size in bytes that is not negative. */
export function readSize(value: number | string): Parsed<number> {
  const parsed = readBytes(value);
  return 'flaw' in parsed || parsed.value >= 0 ? parsed : flaw('be 0 or more');
}

/** Memory and swap together: a size, or -1 for no limit. */
export function readMemorySwap(value: number | string): Parsed<number> {
  const parsed = readBytes(value);
  if ('flaw' in parsed || parsed.value >= -1) return parsed;
  return flaw('be a size', 'the only negative value is -1, for no limit');
}

/** A limit of memory: a size, or 0 or -1 for none. */
export function readMemory(value: number | string): Parsed<number> {
  return readMemorySwap(value);
}

/** A duration in milliseconds. */
export function readDuration(value: number | string): Parsed<number> {
  const duration = parseDuration(String(value));
  if (duration !== undefined && duration >= 0) return { value: duration };
  const bare = /^\d+$/.test(String(value));
  const help = bare ? `write \`${value}s\` for seconds` : 'write `10s` or `1m30s`';
  return flaw('be a duration', bare ? 'a unit is missing' : 'expected numbers with ms, s, m or h', help);
}

/** Microseconds: a whole number, or a duration such as `400ms`. */
export function readMicroseconds(value: number | string): Parsed<number> {
  const duration = parseDuration(String(value));
  const micros = /^-?\d+$/.test(String(value)) ? Number(value) : Math.round((duration ?? Number.NaN) * 1000);
  return Number.isSafeInteger(micros)
    ? { value: micros }
    : flaw('be a number of microseconds', 'expected a value such as `400000` or `400ms`');
}

/** No fewer microseconds than `least`. */
export function microsecondsFrom(least: number): (value: number | string) => Parsed<number> {
  return (value) => {
    const parsed = readMicroseconds(value);
    return 'flaw' in parsed || parsed.value >= least ? parsed : flaw(`be ${least} or more`);
  };
}

/** A whole number that is not smaller than `least`. */
export function integerFrom(least: number): (value: number | string) => Parsed<number> {
  return (value) => {
    const number = typeof value === 'string' && !/^-?\d+$/.test(value) ? Number.NaN : Number(value);
    if (!Number.isSafeInteger(number)) return flaw('be a whole number');
    return number >= least ? { value: number } : flaw(`be ${least} or more`);
  };
}

/** A whole number with a greatest value too. */
export function integerBetween(least: number, greatest: number): (value: number | string) => Parsed<number> {
  return (value) => {
    const parsed = integerFrom(least)(value);
    return 'flaw' in parsed || parsed.value <= greatest ? parsed : flaw(`be ${greatest} or less`);
  };
}

/** A number that may have a fraction. */
export function readNumber(
  least: number,
  greatest = Number.POSITIVE_INFINITY,
): (value: number | string) => Parsed<number> {
  return (value) => {
    const isNumber = typeof value === 'number' || /^-?(\d+(\.\d*)?|\.\d+)$/.test(value);
    const number = Number(value);
    if (!isNumber || !Number.isFinite(number)) return flaw('be a number');
    if (number < least) return flaw(`be ${least} or more`);
    return number > greatest ? flaw(`be ${greatest} or less`) : { value: number };
  };
}

/** A count of CPUs: `0.5`, or 0 for no limit. */
export function readCpus(value: number | string): Parsed<number> {
  const number =
    typeof value === 'string' && !/^(\d+(\.\d*)?|\.\d+)$/.test(value) ? Number.NaN : Number(value);
  if (!Number.isFinite(number) || number < 0)
    return flaw('be a number of CPUs', 'expected a number such as 0.5 or 2');
  return { value: number };
}

/** True or false; the other words of YAML 1.1 are understood with a warning. */
export function readBoolean(value: boolean | string): Parsed<boolean> {
  if (typeof value === 'boolean') return { value };
  const word = value.toLowerCase();
  if (word === 'true' || word === 'false') return { value: word === 'true' };
  return flaw('be true or false');
}

/** `yes` and its like are text in YAML 1.2, where Compose still takes them for a boolean. */
export function oldBoolean(value: unknown): boolean | undefined {
  return typeof value === 'string' ? oldBooleans.get(value.toLowerCase()) : undefined;
}

const oldBooleans: ReadonlyMap<string, boolean> = new Map([
  ['y', true],
  ['yes', true],
  ['on', true],
  ['n', false],
  ['no', false],
  ['off', false],
]);

function suggestBytes(text: string): string {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgt])/i.exec(text);
  return match ? `write \`${match[1]}${match[2]!.toLowerCase()}\`` : 'write `512m`';
}
