import { readFileSync } from 'node:fs';
import test from 'ava';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import type { Loaded } from '../../../src/project/load.ts';
import { printCanonical } from '../../../src/project/print.ts';
import { samples } from '../../patience.ts';
import { loadText } from '../support.ts';
import { anyText, holds } from './property.ts';

type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
};

const schema = JSON.parse(
  readFileSync(new URL('../../../schema/compose.schema.json', import.meta.url), 'utf8'),
) as Schema;

const names = fc.constantFrom('web', 'db', 'a', 'constructor', 'default', 'x-y', 'A', 'no such', '');

const words = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('web', 'db', 'a', 'default', 'true', '10s', '64m', '80:80', './x:/y', '/y'),
  },
  fc.constantFrom(
    'A=b',
    '${A}',
    '${B:-c}',
    '$$',
    'service:web',
    '10.1.0.0/24',
    '0440',
    'yes',
    '1.5',
    '',
    '::1',
    'host',
  ),
  fc.string({ unit: fc.constantFrom(...'ab:/.-$={}[]\n\'"0 #&*!é'), maxLength: 12 }),
);

const junk: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    words,
    fc.oneof(fc.integer({ min: -2, max: 70_000 }), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(names, words), tie('value'), { maxKeys: 3 }),
  ),
})).value;

/** A value as the schema wants it, now and then another one. */
function sampleOf(node: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: rightFor(node) }, { weight: 1, arbitrary: junk });
}

function rightFor({
  anyOf,
  enum: choices,
  type,
  properties,
  additionalProperties,
  items,
}: Schema): fc.Arbitrary<unknown> {
  if (anyOf) return fc.oneof(...anyOf.map(rightFor));
  if (choices) return fc.constantFrom(...choices);
  if (properties) return objectOf(properties);
  if (type === 'object') {
    const inner = additionalProperties ? sampleOf(additionalProperties) : junk;
    return fc.dictionary(names, inner, { maxKeys: 3 });
  }
  if (type === 'array') return fc.array(items ? sampleOf(items) : junk, { maxLength: 3 });
  if (type === 'boolean') return fc.boolean();
  if (type === 'number' || type === 'integer') return fc.integer({ min: -1, max: 5000 });
  if (type === 'null') return fc.constant(null);
  return type === 'string' ? words : junk;
}

/** A few of the keys; all of them at once would rarely be right. */
function objectOf(properties: Readonly<Record<string, Schema>>): fc.Arbitrary<unknown> {
  const keys = Object.keys(properties);
  const made = new Map<string, fc.Arbitrary<unknown>>();
  const valueAt = (key: string) => {
    const known = made.get(key) ?? sampleOf(properties[key]!);
    made.set(key, known);
    return known;
  };
  return fc
    .subarray(keys, { maxLength: Math.min(5, keys.length) })
    .chain((chosen) => fc.record(Object.fromEntries(chosen.map((key) => [key, valueAt(key)]))));
}

const services = schema.properties!.services!;
const service = (services.anyOf?.find(({ additionalProperties }) => additionalProperties) ?? services)
  .additionalProperties as Schema;
const top = objectOf(schema.properties!);
const somethingToRun = fc.record({
  services: fc.dictionary(
    names.filter((name) => /^[\w.-]+$/.test(name)),
    rightFor(service).map((keys) => ({ command: 'sleep 1', ...(keys as object) })),
    { minKeys: 1, maxKeys: 3 },
  ),
});
const documents = fc.oneof({ weight: 3, arbitrary: somethingToRun }, top, junk);

const options = { toRun: false, environment: { A: 'from outside' } };
const load = (text: string) => loadText(text, options);

/** A file is loaded in some milliseconds. */
const RUNS = samples(200);

test('a document out of the keys of Compose is a project, or has errors with places', (t) => {
  let good = 0;
  holds(
    t,
    documents,
    (document) => {
      const loaded = load(stringify(document));
      if (loaded.canonical) good++;
      return isProjectOrErrors(loaded);
    },
    RUNS,
  );
  t.true(good > RUNS / 10, `only ${good} of them were projects`);
});

test('several documents over each other are a project, or have errors with places', (t) => {
  holds(
    t,
    fc.array(documents, { minLength: 2, maxLength: 3 }),
    (parts) => isProjectOrErrors(load(parts.map((part) => stringify(part)).join('---\n'))),
    RUNS,
  );
});

test('any text is a project, or has errors with places', (t) => {
  const pieces = fc.constantFrom(
    ...[
      'services:',
      'a',
      ': ',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '&x ',
      '*x',
      '<<: ',
      '!reset ',
      '|',
      '>',
    ],
    ...['"', "'", '# ', '---\n', '? ', '!!str ', '%', '\t', '${A', '}', 'command: x'],
  );
  const texts = fc.oneof(
    anyText,
    fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
  );
  holds(t, texts, (text) => isProjectOrErrors(load(text)));
});

test('what is printed loads into the same project and prints into the same text, in both formats', (t) => {
  holds(
    t,
    somethingToRun,
    (document) => {
      const { canonical } = load(stringify(document));
      if (!canonical) return true;
      return (['yaml', 'json'] as const).every((format) => {
        const printed = printCanonical(canonical, format);
        const again = loadText(printed, {
          ...options,
          environment: {},
          cwd: '/elsewhere',
          projectDirectory: '/project',
        });
        return again.canonical !== undefined && printCanonical(again.canonical, format) === printed;
      });
    },
    RUNS,
  );
});

test('the order of keys changes nothing, and printing twice gives the same', (t) => {
  holds(
    t,
    somethingToRun,
    (document) => {
      const [one, other] = [document, reversed(document)].map((each) => load(stringify(each)).canonical);
      if (!one || !other) return one === other;
      const text = printCanonical(one, 'yaml');
      return (
        text === printCanonical(one, 'yaml') &&
        fc.stringify(parse(text)) === fc.stringify(parse(printCanonical(other, 'yaml')))
      );
    },
    RUNS,
  );
});

function isProjectOrErrors({ project, canonical, diagnostics, sources }: Loaded): boolean {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const arePlaced = errors.every(({ at }) => at && at.line >= 1 && at.column >= 1 && sources.has(at.file));
  return (
    arePlaced &&
    errors.length > 0 === (project === undefined) &&
    (project === undefined) === (canonical === undefined)
  );
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
