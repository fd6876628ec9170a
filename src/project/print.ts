import { isCollection, isPair, type Node, parseDocument, stringify } from 'yaml';
import { placeAt } from '../base/source.ts';
import { jsonText } from './json-text.ts';
import type { Canonical } from './model/canonical.ts';
import type { Path } from './tree/path.ts';

export type Format = 'yaml' | 'json';

/**
 * Prints the canonical project so that it can be read back: keys are sorted below the top level, and dollars are
 * doubled, except in a template, whose variables are not replaced. Texts that YAML 1.1 reads as another type, such as
 * `no`, are in quotes.
 */
export function printCanonical(canonical: Canonical, format: Format, isTemplate = false): string {
  const printable = topLevelFirst(
    sorted(canonical, isTemplate ? asItIs : doubled) as Record<string, unknown>,
  );
  if (format === 'json') return jsonText(printable);
  return stringify(printable, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
}

/** The same as YAML with a comment after every value that has none below it, in a column where there is room. */
export function printCommented(
  canonical: Canonical,
  isTemplate: boolean,
  commentOn: (path: Path) => string,
): string {
  const text = printCanonical(canonical, 'yaml', isTemplate);
  const source = { file: '', text };
  const comments = new Map(
    leavesOf(text).map(([path, offset]) => [placeAt(source, offset, offset).line - 1, commentOn(path)]),
  );
  const lines = text.trimEnd().split('\n');
  const widths = lines.filter((_, index) => comments.has(index)).map(({ length }) => length);
  const column = Math.max(0, ...widths.filter((width) => width <= widest));
  return lines
    .map((line, index) => (comments.has(index) ? `${line.padEnd(column)}   # ${comments.get(index)}` : line))
    .join('\n')
    .concat('\n');
}

/** A longer line has its comment at its end. */
const widest = 60;

/** Every value of a YAML text that has none below it, and where it begins. */
function leavesOf(text: string): (readonly [Path, offset: number])[] {
  const leaves: (readonly [Path, number])[] = [];
  const walk = (node: Node, path: Path): void => {
    if (!isCollection(node) || node.items.length === 0) leaves.push([path, node.range![0]]);
    else
      for (const [index, item] of node.items.entries())
        if (isPair(item)) walk(item.value as Node, [...path, String(item.key)]);
        else walk(item as Node, [...path, index]);
  };
  walk(parseDocument(text).contents!, []);
  return leaves;
}

/** Name and services before the rest, as people write them. */
function topLevelFirst({ name, services, ...others }: Record<string, unknown>): Record<string, unknown> {
  return { name, services, ...others };
}

type Change = (text: string) => string;

const asItIs: Change = (text) => text;
const doubled: Change = (text) => text.replaceAll('$', '$$$$');

/** A copy with sorted keys and changed texts. */
function sorted(value: unknown, change: Change): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => sorted(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner, change)]));
}
