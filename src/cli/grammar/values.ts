import { EXPECTED_SIGNAL, nearSignal, parseSignal } from '../../base/signal.ts';
import { parseDuration } from '../../base/text/duration.ts';
import { MOST_REPLICAS } from '../../project/model/replicas.ts';
import { splitCommand } from '../../project/scalars/shell-words.ts';

/** Milliseconds from `10`, `0.5` or a duration such as `1m30s`. */
export function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (value === undefined || value < 0) throw new TypeError('expected a number of seconds');
  return value;
}

export function logTail(text: string): number {
  // A negative number means all lines, as in Docker.
  if (text === 'all' || /^-\d+$/.test(text)) return Number.POSITIVE_INFINITY;
  return wholeNumber(text, 'expected a number of lines or `all`');
}

/** Milliseconds since the epoch, from a date or from a duration before now. */
export function moment(text: string): number {
  const ago = parseDuration(text);
  const time = ago === undefined ? dateOf(text) : Date.now() - ago;
  if (Number.isNaN(time)) throw new TypeError('expected a time such as `10m` or `2026-01-31T12:00:00Z`');
  return time;
}

/** The name of the signal, with `SIG`. */
export function signal(text: string): string {
  const known = parseSignal(text);
  if (known) return known.name;
  const near = nearSignal(text);
  // The parser shows a second line as help.
  throw new TypeError(near ? `${EXPECTED_SIGNAL}\ndid you mean \`${near}\`?` : EXPECTED_SIGNAL);
}

/** Words split by the rules of a shell; an empty text clears the entrypoint. */
export function shellWords(text: string): readonly string[] {
  const parsed = splitCommand(text);
  if ('flaw' in parsed) throw new TypeError('expected a command in shell syntax');
  return parsed.value;
}

export function wholeNumber(text: string, expected = 'expected a whole number'): number {
  if (!/^\d+$/.test(text)) throw new TypeError(expected);
  return Number(text);
}

/** A service and the number of its containers: `web=3`. */
export function scaleOf(text: string): readonly [service: string, count: number] {
  const [service = '', number = '', ...rest] = text.split('=');
  const count = /^\d+$/.test(number) ? Number(number) : Number.NaN;
  if (service === '' || rest.length > 0 || !(count <= MOST_REPLICAS))
    throw new TypeError('expected a service and a number, such as `web=3`');
  return [service, count];
}

/** `docker logs --since` takes seconds since the epoch as well. */
function dateOf(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** Whether the variable of a flag has a true value. */
export function saysYes(value: string | undefined): boolean {
  return /^(1|t|true|yes|on)$/i.test(value ?? '');
}

/** The pattern of `name=<regular expression>`. */
export function projectFilter(text: string): RegExp {
  const [, key = '', pattern = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (key.trim().toLowerCase() !== 'name') throw new TypeError(EXPECTED_FILTER);
  try {
    return new RegExp(pattern.trim());
  } catch {
    throw new TypeError(EXPECTED_FILTER);
  }
}

const EXPECTED_FILTER = 'expected `name=` and a regular expression';
