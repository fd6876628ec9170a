import test from 'ava';
import * as fc from 'fast-check';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { merge, withoutResets } from '../../../src/project/combine/merge.ts';
import { valueAt } from '../../../src/project/keys/compose-file.ts';
import {
  mapping,
  type Scalar,
  scalar,
  sequence,
  type Tree,
  toPlain,
} from '../../../src/project/tree/tree.ts';
import { samples } from '../../patience.ts';
import { holds } from './property.ts';

type Plain = Scalar | readonly Plain[] | { readonly [key: string]: Plain };

const text = fc.constantFrom('a', 'b', 'A=1', 'A=2', '/x', '/y:ro');
const value = fc.oneof(text, fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.constant(null));
const variables = fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.oneof(text, fc.constant(null)));
const volume = fc.record({
  type: fc.constant('volume'),
  source: text,
  target: fc.constantFrom('/x', '/y', '/z'),
});

/** A service in its long form, as merging is given it. */
const service = fc.record(
  {
    hostname: text,
    command: fc.oneof(fc.array(text), fc.constant(null)),
    environment: variables,
    labels: variables,
    cap_add: fc.uniqueArray(text),
    networks: fc.dictionary(
      fc.constantFrom('n', 'm'),
      fc.oneof(fc.constant(null), fc.record({ priority: value })),
    ),
    volumes: fc.uniqueArray(volume, { selector: ({ target }) => target }),
    dns: fc.uniqueArray(text),
    ulimits: fc.dictionary(
      fc.constantFrom('nofile', 'core'),
      fc.oneof(fc.nat(9), fc.record({ soft: value, hard: value })),
    ),
    'x-note': fc.dictionary(fc.constantFrom('p', 'q'), value),
  },
  { requiredKeys: [] },
);
const model = fc.record({ services: fc.dictionary(fc.constantFrom('web', 'db', 'constructor'), service) });

/** Every value stands somewhere else. */
function treeOf(plain: unknown, file: string, at = { next: 0 }): Tree {
  const span = { source: { file, text: '' }, start: at.next++, end: at.next };
  if (Array.isArray(plain))
    return sequence(
      plain.map((item) => treeOf(item, file, at)),
      span,
    );
  if (typeof plain !== 'object' || plain === null) return scalar(plain as Scalar, span);
  const entries = Object.entries(plain).map(([key, inner]) => {
    const keySpan = { ...span, start: at.next++ };
    return [key, { key: keySpan, value: treeOf(inner, file, at) }] as const;
  });
  return mapping(entries, span);
}

function merged(...trees: readonly Tree[]): {
  readonly tree: Tree;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const tree = trees.reduce((base, override) => merge(base, override, { diagnostics, wants: () => true }));
  return { tree: withoutResets(tree, { tagged: ['any'] }), diagnostics };
}

function isSame(a: Tree, b: Tree): boolean {
  return fc.stringify(ordered(toPlain(a))) === fc.stringify(ordered(toPlain(b)));
}

/** Mappings have no order. */
function ordered(plain: unknown): unknown {
  if (Array.isArray(plain)) return plain.map(ordered);
  if (typeof plain !== 'object' || plain === null) return plain;
  return Object.fromEntries(
    Object.entries(plain)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, ordered(inner)]),
  );
}

/** Models are large, and each takes some milliseconds. */
const RUNS = samples(200);

test('nothing over a model, and a model over nothing, is the model', (t) => {
  holds(
    t,
    model,
    (plain) => {
      const [tree, nothing] = [treeOf(plain, 'a'), treeOf({}, 'b')];
      return isSame(merged(tree, nothing).tree, tree) && isSame(merged(nothing, tree).tree, tree);
    },
    RUNS,
  );
});

test('a model over itself is the model', (t) => {
  holds(t, model, (plain) => isSame(merged(treeOf(plain, 'a'), treeOf(plain, 'b')).tree, treeOf(plain, 'a')));
});

test('it does not matter which of three files are merged first', (t) => {
  holds(
    t,
    fc.tuple(model, model, model),
    (plains) => {
      const [a, b, c] = plains.map((plain, index) => treeOf(plain, `${index}`)) as [Tree, Tree, Tree];
      const [left, right] = [merged(merged(a, b).tree, c), merged(a, merged(b, c).tree)];
      return isSame(left.tree, right.tree);
    },
    RUNS,
  );
});

test('every value of a merged model stands where one of the files has it', (t) => {
  holds(
    t,
    fc.tuple(model, model),
    ([a, b]) => {
      const trees = { a: treeOf(a, 'a'), b: treeOf(b, 'b') };
      const { tree } = merged(trees.a, trees.b);
      return [...scalarsOf(tree)].every(({ span, value: own }) =>
        [...scalarsOf(trees[span.source.file as 'a' | 'b'])].some(
          (written) => written.span.start === span.start && written.value === own,
        ),
      );
    },
    RUNS,
  );
});

test('merging changes neither of the two', (t) => {
  holds(
    t,
    fc.tuple(model, model),
    ([a, b]) => {
      const [base, override] = [treeOf(a, 'a'), treeOf(b, 'b')];
      const before = fc.stringify([toPlain(base), toPlain(override)]);
      merged(base, override);
      return fc.stringify([toPlain(base), toPlain(override)]) === before;
    },
    RUNS,
  );
});

const junk = fc.letrec<{ tree: Plain }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    value,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('services', 'web', 'environment', 'volumes', 'ports', 'x-a', '__proto__'),
      tie('tree'),
    ),
  ),
})).tree;
const tags = fc.constantFrom(undefined, '!reset', '!override');

test('whatever the two are, there is a result, without tags, and differences of kind are told', (t) => {
  holds(t, fc.tuple(junk, junk, tags), ([a, b, tag]) => {
    const override = treeOf(b, 'b');
    const { tree, diagnostics } = merged(
      treeOf(a, 'a'),
      tag ? { ...override, tag: tag as '!reset' } : override,
    );
    return (
      tree !== undefined && diagnostics.every(({ code, at }) => code === 'invalid-type' && at !== undefined)
    );
  });
});

test('the table has a rule for what the samples merge', (t) => {
  t.truthy(valueAt(['services', 'web', 'volumes'])?.merge);
  t.truthy(valueAt(['services', 'web', 'cap_add'])?.merge);
});

function* scalarsOf(tree: Tree): Iterable<Extract<Tree, { kind: 'scalar' }>> {
  if (tree.kind === 'scalar') yield tree;
  else if (tree.kind === 'sequence') for (const item of tree.items) yield* scalarsOf(item);
  else for (const { value: inner } of tree.entries.values()) yield* scalarsOf(inner);
}
