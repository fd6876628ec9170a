import type { DiagnosticCode } from '../../base/diagnostic.ts';

/** Why a value is refused, so that "`memory` must …" is the message. */
export type Flaw = {
  readonly must: string;
  readonly label?: string;
  readonly help?: string;
  readonly code?: DiagnosticCode;
  readonly severity?: 'warning';
};

/** The result of a grammar. */
export type Parsed<T> = { readonly value: T } | { readonly flaw: Flaw };

export function flaw(must: string, label?: string, help?: string): { readonly flaw: Flaw } {
  return { flaw: { must, ...(label && { label }), ...(help && { help }) } };
}

/** A grammar that also takes nothing: `${NAME:-}` is the usual way to make a key optional, and stands for no key. */
export function orEmpty<T, G extends string | number>(
  read: (value: G) => Parsed<T>,
): (value: G) => Parsed<T | ''> {
  return (value) => (value === '' ? { value: '' } : read(value));
}

/** The values of the items that a grammar does not refuse; a start refuses the others. */
export function validValues<T>(items: readonly string[], read: (text: string) => Parsed<T>): T[] {
  return items.map(read).flatMap((parsed) => ('value' in parsed ? [parsed.value] : []));
}

/** The value of something that was checked before. */
export function parsedValue<T>(parsed: Parsed<T>): T {
  if ('value' in parsed) return parsed.value;
  throw new TypeError(`unchecked value: it must ${parsed.flaw.must}`);
}
