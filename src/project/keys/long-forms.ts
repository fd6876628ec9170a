import { posix } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { formatDuration } from '../../base/text/duration.ts';
import { type Parsed, parsedValue } from '../scalars/flaw.ts';
import { formatMode, readMode } from '../scalars/mode.ts';
import {
  integerFrom,
  oldBoolean,
  readBoolean,
  readBytes,
  readCpus,
  readDuration,
  readMicroseconds,
  readNumber,
} from '../scalars/numbers.ts';
import { splitCommand } from '../scalars/shell-words.ts';
import { numberText } from '../tree/number-text.ts';
import {
  type Entry,
  isNull,
  isOpen,
  mapping,
  mappingAt,
  preset,
  type Scalar,
  type Span,
  scalar,
  sequence,
  type Tree,
  withValue,
} from '../tree/tree.ts';

/** Inputs of the long forms besides the file. */
export type LongFormContext = {
  /** Absolute directory that relative paths resolve against. */
  readonly directory: string;
  /** Whether paths stay as they are written, except those of files that have to be read. */
  readonly keepsPaths?: boolean;
  /** Absolute directory to which paths are made relative, where they are not resolved: that of the project. */
  readonly relativeTo?: string | undefined;
  /** The directory that `~` stands for. */
  readonly home: string | undefined;
  readonly diagnostics: Diagnostic[];
  /** How many more ports there may be in all files. */
  readonly room: { ports: number };
};

/** Makes the long form of a value that was checked; inner values have theirs already. */
export type LongForm = (tree: Tree, context: LongFormContext) => Tree;

export const emptyMapping = (tree: Tree): Tree => (isNull(tree) ? mapping([], tree.span) : tree);
export const emptyList = (tree: Tree): Tree => (isNull(tree) ? sequence([], tree.span) : tree);
export const oneToList = (tree: Tree): Tree =>
  tree.kind === 'scalar' && !isNull(tree) ? sequence([tree], tree.span) : emptyList(tree);
export const asText = (tree: Tree): Tree =>
  mapScalar(tree, (value) => (tree.kind === 'scalar' ? numberText(tree) : undefined) ?? String(value));
export const asBoolean = (tree: Tree): Tree =>
  mapScalar(tree, (value) => oldBoolean(value) ?? parsedValue(readBoolean(value as boolean | string)));
export const asBytes = (tree: Tree): Tree => mapScalar(tree, (value) => String(read(readBytes, value)));
export const asMicroseconds = (tree: Tree): Tree => mapScalar(tree, (value) => read(readMicroseconds, value));
export const asInteger = (tree: Tree): Tree => mapScalar(tree, (value) => read(integerFrom(-1), value));
export const asNumber = (tree: Tree): Tree =>
  mapScalar(tree, (value) => read(readNumber(Number.NEGATIVE_INFINITY), value));
export const asMode = (tree: Tree): Tree => mapScalar(tree, (value) => formatMode(read(readMode, value)));
export const asModeNumber = (tree: Tree): Tree => mapScalar(tree, (value) => read(readMode, value));
export const asPath: LongForm = (tree, context) => mapPath(tree, (path) => absolute(path, context));
export const asCpus = (tree: Tree): Tree => mapScalar(tree, (value) => read(readCpus, value));
export const asDuration = (tree: Tree): Tree =>
  mapScalar(tree, (value) => formatDuration(read(readDuration, value)));

/** `words` as a list of arguments; null stays, for it clears what there was. */
export const asArguments = (tree: Tree): Tree => {
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string') return tree;
  return sequence(
    parsedValue(splitCommand(tree.value)).map((word) => scalar(word, tree.span)),
    tree.span,
  );
};

/** `["KEY=value", "OTHER"]` as `{KEY: value, OTHER: null}`, values as text. */
export const asVariables = (tree: Tree): Tree => {
  if (tree.kind !== 'sequence')
    return mapEntries(emptyMapping(tree), (key, entry) => [key, textEntry(entry)]);
  const entries = tree.items.map((item): [string, Entry] => {
    const [name, value] = splitOnce(String((item as { value?: Scalar }).value), '=');
    return [name, { key: item.span, value: scalar(value ?? null, item.span) }];
  });
  return mapping(entries, tree.span);
};

/** Labels without a value are empty, where variables are taken from outside. */
export const asLabels = (tree: Tree): Tree =>
  mapEntries(asVariables(tree), (key, entry) => [
    key,
    isNull(entry.value) ? { ...entry, value: scalar('', entry.value.span) } : entry,
  ]);

/** A list of names as a mapping, each with what `value` gives. */
export const namesToMapping =
  (value: Readonly<Record<string, Scalar>> | null) =>
  (tree: Tree): Tree => {
    if (tree.kind !== 'sequence') return emptyMapping(tree);
    const entries = tree.items.map((item): [string, Entry] => [
      String((item as { value?: Scalar }).value),
      { key: item.span, value: value ? presets(value, item.span) : scalar(null, item.span) },
    ]);
    return mapping(entries, tree.span);
  };

function presets(values: Readonly<Record<string, Scalar>>, span: Span): Tree {
  const entries = Object.entries(values).map(([key, value]) => [key, preset(value, span)]);
  return mappingAt(Object.fromEntries(entries), span);
}

/** A list with variables in its names stays one: keys are never templates. */
export const unlessOpen =
  (rule: LongForm): LongForm =>
  (tree, context) =>
    isOpen(tree) ? tree : rule(tree, context);

/** The paths in it are absolute also where others stay as they are. */
export const resolved =
  (rule: LongForm): LongForm =>
  (tree, context) =>
    rule(tree, { ...context, keepsPaths: false, relativeTo: undefined });

/** A path with `~` and `.` resolved; an absolute one as it is. */
export function absolute(path: string, context: LongFormContext): string {
  const { directory, home, keepsPaths, relativeTo } = context;
  if (keepsPaths) return path;
  // A file of another directory, which has to be found from that of the project.
  if (relativeTo !== undefined)
    return /^[/~]/.test(path) ? path : posix.relative(relativeTo, posix.resolve(directory, path)) || '.';
  const expanded = home !== undefined && /^~(\/|$)/.test(path) ? home + path.slice(1) : path;
  return posix.isAbsolute(expanded) ? expanded : posix.resolve(directory, expanded);
}

/** A path with other text, unless it begins with a variable, which may stand for an absolute one. */
export function mapPath(tree: Tree, change: (path: string) => string): Tree {
  if (tree.kind !== 'scalar' || tree.value === null) return tree;
  if (tree.isOpen && String(tree.value).startsWith('$')) return tree;
  const value = change(String(tree.value));
  return value === tree.value ? tree : { ...tree, value };
}

export function mapScalar(tree: Tree, change: (value: Scalar) => Scalar): Tree {
  if (tree.kind !== 'scalar' || tree.value === null || tree.isOpen) return tree;
  const value = change(tree.value);
  return value === tree.value ? tree : { ...tree, value };
}

/** A mapping with other entries; the same one if none is another. */
export function mapEntries(tree: Tree, change: (key: string, entry: Entry) => [string, Entry]): Tree {
  if (tree.kind !== 'mapping') return tree;
  const entries = new Map<string, Entry>();
  let isSame = true;
  for (const [key, entry] of tree.entries) {
    const [newKey, newEntry] = change(key, entry);
    isSame &&= newKey === key && newEntry === entry;
    entries.set(newKey, newEntry);
  }
  return isSame ? tree : { ...tree, entries };
}

function textEntry(entry: Entry): Entry {
  return withValue(entry, asText(entry.value));
}

function read<T>(grammar: (value: number | string) => Parsed<T>, value: Scalar): T {
  return parsedValue(grammar(value as number | string));
}

export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
