import { isCollection, isPair, type Node, parseDocument } from 'yaml';
import { placeAt } from '../base/source.ts';
import { withoutBlanks } from './combine/without-zeros.ts';
import { jsonText } from './json-text.ts';
import { composeFile } from './keys/compose-file.ts';
import { type Value, valueBelow } from './keys/value.ts';
import type { Canonical } from './model/canonical.ts';
import { byName, printOrder } from './print-order.ts';
import type { Path } from './tree/path.ts';
import { yamlText } from './yaml-text.ts';

export type Format = 'yaml' | 'json';

/**
 * Prints the canonical project so that it can be read back. Dollars are doubled, except in a template, whose variables
 * are not replaced. Keys are in the order of Docker Compose: in a template by name.
 */
export function printCanonical(canonical: Canonical, format: Format, isTemplate = false): string {
  const change = isTemplate ? asItIs : doubled;
  const printable = ordered(format === 'json' ? canonical : withoutBlanks(canonical), {
    change,
    at: isTemplate ? undefined : composeFile,
    pattern: '',
  });
  return format === 'json' ? jsonText(printable) : yamlText(printable);
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

type Change = (text: string) => string;

const asItIs: Change = (text) => text;
const doubled: Change = (text) => text.replaceAll('$', '$$$$');

type Place = {
  readonly change: Change;
  /** The keys that may stand here; without them, keys are sorted by name. */
  readonly at: Value | undefined;
  /** The place in the form of the orders, such as `services.*.ports[]`. */
  readonly pattern: string;
};

/** A copy with keys in order and changed texts. */
function ordered(value: unknown, { change, at, pattern }: Place): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value))
    return value.map((item) => ordered(item, { change, at: at?.items, pattern: `${pattern}[]` }));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(byKey(at && printOrder(pattern)));
  return Object.fromEntries(
    entries.map(([key, inner]) => {
      const step = at?.keys && Object.hasOwn(at.keys, key) ? key : '*';
      const below = {
        change,
        at: valueBelow(at, key),
        pattern: pattern === '' ? step : `${pattern}.${step}`,
      };
      return [key, ordered(inner, below)];
    }),
  );
}

function byKey(compare = byName) {
  return ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => compare(a, b);
}
