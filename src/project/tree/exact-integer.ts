import type { ScalarTree } from './tree.ts';

/** A whole number that is too large for JavaScript, by the digits in the file; undefined for any other value. */
export function exactInteger({ value, written }: ScalarTree): bigint | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
  return integerOf(written ?? String(value));
}

/** The whole number that a text without quotes is: as Compose reads YAML, `1_000`, `0777`, `0o17`, `-0x1F` and `0b1` are. */
export function integerOf(text: string): bigint | undefined {
  const plain = text.replaceAll('_', '');
  const [, sign, digits] = /^([-+]?)(\d+|0x[\da-f]+|0o[0-7]+|0b[01]+)$/i.exec(plain) ?? [];
  if (digits === undefined) return undefined;
  // YAML 1.1: a leading zero makes a number octal.
  const number = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
  return sign === '-' ? -number : number;
}
