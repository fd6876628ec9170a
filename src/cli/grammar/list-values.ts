import { goTemplate, type Template } from '../show/go-template.ts';
import { moment } from './values.ts';

/** A condition on a label: it is there, or has the value, or the opposite. */
export type LabelCondition = {
  readonly key: 'label';
  readonly label: string;
  readonly value: string | undefined;
  readonly has: boolean;
};

/** A condition on age: created before a time. */
export type UntilCondition = {
  readonly key: 'until';
  /** Milliseconds since the epoch. */
  readonly time: number;
};

/** How a list is printed: `table`, `json`, or a template in Go's syntax. */
export type ListFormat = 'table' | 'json' | Template;

export function listFormat(text: string, fields: readonly string[], example: string): ListFormat {
  if (text === '' || text === 'table' || text === 'json') return text || 'table';
  if (!text.includes('{{')) throw new TypeError(`expected table, json or a template such as \`${example}\``);
  return goTemplate(text, fields);
}

/** `json`, or a template in Go's syntax; undefined for neither. */
export function objectFormat(
  text: string,
  fields: readonly string[],
  example: string,
): 'json' | Template | undefined {
  if (text === '' || text === 'json') return text || undefined;
  if (!text.includes('{{')) throw new TypeError(`expected json or a template such as \`${example}\``);
  return goTemplate(text, fields);
}

/** The conditions of Docker's prune commands on what has labels alone. */
export function pruneCondition(text: string): LabelCondition {
  const [key, value] = splitCondition(text);
  if (key === 'label') return labelCondition(value, true);
  if (key === 'label!') return labelCondition(value, false);
  throw new TypeError('expected `label=` or `label!=` and a value');
}

/** The conditions of Docker's prune commands on what has an age as well. */
export function agedPruneCondition(text: string): LabelCondition | UntilCondition {
  const [key, value] = splitCondition(text);
  if (key === 'until') return { key, time: moment(value) };
  if (!key.startsWith('label')) throw new TypeError('expected `label=`, `label!=` or `until=` and a value');
  return pruneCondition(text);
}

export function splitCondition(text: string): readonly [key: string, value: string] {
  const [key = '', ...value] = text.split('=');
  return [value.length > 0 ? key.trim().toLowerCase() : '', value.join('=').trim()];
}

export function labelCondition(text: string, has: boolean): LabelCondition {
  const [name = '', ...value] = text.split('=');
  return { key: 'label', label: name, value: value.length > 0 ? value.join('=') : undefined, has };
}

/** Whether labels meet a condition on them. */
export function isLabelMet(
  labels: Readonly<Record<string, string>>,
  { label, value, has }: LabelCondition,
): boolean {
  const isThere = Object.hasOwn(labels, label) && (value === undefined || labels[label] === value);
  return isThere === has;
}

export function truthOf(text: string): boolean {
  if (/^(1|true)$/i.test(text)) return true;
  if (/^(0|false)$/i.test(text)) return false;
  throw new TypeError('expected true or false');
}

export function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new TypeError('expected a regular expression');
  }
}
