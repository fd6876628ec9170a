import { exactInteger } from './exact-integer.ts';
import type { ScalarTree } from './tree.ts';

/**
 * The text that a number of the file becomes in Docker Compose: a whole number has all of its digits, and one with a
 * point or an exponent is written as Go does, `1e+06` from the seventh digit on. Undefined for a value that is no number.
 */
export function numberText(tree: ScalarTree): string | undefined {
  const { value, written } = tree;
  if (typeof value !== 'number') return undefined;
  const isFloat = !Number.isInteger(value) || (written !== undefined && isWrittenAsFloat.test(written));
  return isFloat ? floatText(value) : String(exactInteger(tree) ?? value);
}

const isWrittenAsFloat = /^[-+]?[\d_]*(?:\.|[\d_]e)/i;

/** `%v` of Go's fmt. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
