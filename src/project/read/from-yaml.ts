import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Diagnostic, DiagnosticCode } from '../../base/diagnostic.ts';
import type { Source } from '../../base/source.ts';
import {
  type Entry,
  placeOf,
  type Scalar,
  type ScalarTree,
  type Span,
  scalar,
  type Tag,
  type Tree,
} from '../tree/tree.ts';
import { mostLevels, tooDeep } from './yaml.ts';

/** Replaces the variables of a text that stands at a span. */
export type Interpolate = (text: string, span: Span) => string;

/**
 * Turns a YAML document into a tree: aliases followed, merge keys merged, text interpolated if there is a function for it.
 * Duplicate keys, keys that are not text and alias bombs become diagnostics.
 */
export function fromYaml(
  document: Document,
  source: Source,
  interpolate: Interpolate | undefined,
  diagnostics: Diagnostic[],
): Tree | undefined {
  const build: Build = {
    source,
    interpolate,
    report: (code, message, span, more) => {
      if (!build.exhausted)
        diagnostics.push({ severity: 'error', code, message, at: placeOf(span), ...more });
    },
    anchors: new Map(),
    open: new Set(),
    exhausted: false,
    written: 0,
    copied: 0,
    depth: 0,
    deepest: 0,
  };
  if (!document.contents) return undefined;
  const tree = buildNode(document.contents as Node, build);
  return build.exhausted ? undefined : tree;
}

type Build = {
  readonly source: Source;
  readonly interpolate: Interpolate | undefined;
  readonly report: (code: DiagnosticCode, message: string, span: Span, more?: Partial<Diagnostic>) => void;
  readonly anchors: Map<string, Anchored>;
  /** Anchors whose value is being built: an alias to one of them would have no end. */
  readonly open: Set<string>;
  /** Whether a limit was exceeded; everything built after that is empty and thrown away. */
  exhausted: boolean;
  /** Values that the file has, and values that aliases add to them. */
  written: number;
  copied: number;
  /** The depth of the present collection, and the greatest depth so far. */
  depth: number;
  deepest: number;
};

/** The value of an anchor: how many values, and how deep they are. */
type Anchored = { readonly tree: Tree; readonly size: number; readonly height: number };

function buildNode(node: Node, build: Build): Tree {
  if (isAlias(node)) return followAlias(node.source, spanOf(node, build), build);
  const anchor = 'anchor' in node ? (node.anchor as string | undefined) : undefined;
  const { written, copied, depth, deepest } = build;
  build.written++;
  if (anchor) {
    build.open.add(anchor);
    build.deepest = depth;
  }
  const tree = withTag(buildValue(node, build), node.tag);
  if (anchor) {
    build.open.delete(anchor);
    const size = build.written + build.copied - written - copied;
    build.anchors.set(anchor, { tree, size, height: build.deepest - depth });
    build.deepest = Math.max(deepest, build.deepest);
  }
  return tree;
}

function buildValue(node: Node, build: Build): Tree {
  const span = spanOf(node, build);
  if (isMap(node) || isSeq(node)) {
    if (!goDeeper(1, span, build)) return scalar(null, span);
    build.depth++;
    const tree = buildCollection(node, span, build);
    build.depth--;
    return tree;
  }
  return isScalar(node) ? buildScalar(node.value, node.source, span, build) : scalar(null, span);
}

function buildCollection(node: YAMLMap | YAMLSeq, span: Span, build: Build): Tree {
  if (isMap(node)) return { kind: 'mapping', entries: buildEntries(node, build), span };
  return { kind: 'sequence', items: node.items.map((item) => buildNode(item as Node, build)), span };
}

/** Whether so many more levels keep the tree within the depth that recursive walks can handle. */
function goDeeper(levels: number, span: Span, build: Build): boolean {
  build.deepest = Math.max(build.deepest, build.depth + levels);
  if (build.deepest > mostLevels) exhaust(tooDeep, span, build);
  return !build.exhausted;
}

function exhaust(
  { message, help }: { readonly message: string; readonly help: string },
  span: Span,
  build: Build,
) {
  build.report('yaml-syntax', message, span, { help });
  build.exhausted = true;
}

function buildScalar(value: unknown, written: string | undefined, span: Span, build: Build): ScalarTree {
  if (typeof value === 'string') {
    // execve(2) and mount(2) would take it for the end.
    if (value.includes('\0')) build.report('invalid-value', 'text must not contain a NUL character', span);
    if (!value.includes('$')) return scalar(value, span);
    if (!build.interpolate) return { ...scalar(value, span), template: value, isOpen: true };
    return { ...scalar(build.interpolate(value, span), span), template: value };
  }
  if (typeof value === 'number' && written !== undefined && written !== String(value)) {
    return { ...scalar(value, span), written };
  }
  return scalar(value as Scalar, span);
}

function followAlias(name: string, span: Span, build: Build): Tree {
  const anchored = build.anchors.get(name);
  if (anchored && !build.open.has(name)) {
    build.copied += anchored.size;
    if (build.copied > mostCopies + 20 * build.written) exhaust(tooMany, span, build);
    else goDeeper(anchored.height, span, build);
    return build.exhausted ? scalar(null, span) : anchored.tree;
  }
  const message = build.open.has(name)
    ? `\`*${name}\` contains itself`
    : `there is no anchor \`&${name}\` above`;
  build.report('yaml-syntax', message, span);
  return scalar(null, span);
}

/** Explicit keys win over merged ones, and of several merged mappings the first wins. */
function buildEntries(node: YAMLMap, build: Build): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const merged: Entry[] = [];
  for (const pair of node.items) {
    const keySpan = spanOf(pair.key as Node, build);
    if (isMergeKey(pair)) {
      merged.push({ key: keySpan, value: buildPairValue(pair, keySpan, build) });
      continue;
    }
    const key = keyOf(pair, keySpan, build);
    const value = buildPairValue(pair, keySpan, build);
    const first = key === undefined ? undefined : entries.get(key);
    if (first) reportDuplicate(key!, keySpan, first.key, build);
    else if (key !== undefined) entries.set(key, { key: keySpan, value });
  }
  for (const { key, value } of merged) mergeInto(entries, key, value, build);
  return entries;
}

function mergeInto(entries: Map<string, Entry>, key: Span, value: Tree, build: Build): void {
  for (const source of value.kind === 'sequence' ? value.items : [value]) {
    if (source.kind !== 'mapping') {
      build.report('invalid-type', '`<<` must be a mapping or a list of mappings', key);
      continue;
    }
    for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry);
  }
}

function buildPairValue(pair: Pair, keySpan: Span, build: Build): Tree {
  return pair.value ? buildNode(pair.value as Node, build) : scalar(null, keySpan);
}

function keyOf(pair: Pair, span: Span, build: Build): string | undefined {
  const key = isAlias(pair.key) ? build.anchors.get(pair.key.source)?.tree : pair.key;
  const value = key && typeof key === 'object' && 'value' in key ? key.value : undefined;
  if (value === '__proto__') {
    build.report('invalid-value', '`__proto__` cannot be a key', span);
    return undefined;
  }
  if (typeof value === 'string') {
    const anchor = isScalar(pair.key) ? pair.key.anchor : undefined;
    if (anchor) build.anchors.set(anchor, { tree: scalar(value, span), size: 1, height: 0 });
    return value;
  }
  build.report('invalid-type', 'a key must be text', span, { help: 'put it in quotes' });
  return undefined;
}

function reportDuplicate(key: string, span: Span, first: Span, build: Build): void {
  build.report('duplicate-key', `\`${key}\` is written twice in one mapping`, span, {
    label: 'written again here',
    labels: [{ at: placeOf(first), text: 'written here first' }],
    help: 'remove one of the two',
  });
}

function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && typeof pair.key.value === 'symbol' && pair.key.value.description === '<<';
}

function withTag(tree: Tree, tag: string | undefined): Tree {
  return tag === '!reset' || tag === '!override' ? { ...tree, tag: tag as Tag } : tree;
}

function spanOf(node: Node | null | undefined, { source }: Build): Span {
  const [start, end] = node?.range ?? [0, 0];
  return { source, start, end: Math.max(end, start) };
}

/** Values that aliases may add to any file; a larger one may add twenty for each that it has itself. */
const mostCopies = 100_000;
const tooMany = {
  message: 'the aliases of this file expand to too many values',
  help: 'replace aliases that contain other aliases with their values',
};
