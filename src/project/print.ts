import { stringify } from 'yaml';
import type { Canonical } from './model/canonical.ts';

/**
 * Prints the canonical project so that it can be read back: keys sorted below the top level, and every dollar
 * doubled, for what looks like a variable is none any more.
 */
export function printCanonical(canonical: Canonical, format: 'yaml' | 'json'): string {
  const printable = topLevelFirst(escaped(canonical) as Record<string, unknown>);
  if (format === 'json') return `${JSON.stringify(printable, undefined, 2)}\n`;
  return stringify(printable, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2' });
}

/** Name and services before the rest, as people write them. */
function topLevelFirst({ name, services, ...others }: Record<string, unknown>): Record<string, unknown> {
  return { name, services, ...others };
}

/** A copy with sorted keys and escaped texts. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, escaped(inner)]));
}
