import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'yaml';
import * as z from 'zod';
import { generateSchema } from '../../schema/generate.ts';
import { composeFile } from '../../src/project/keys/compose-file.ts';
import { valuesIn } from '../../src/project/keys/value.ts';
import { printCanonical } from '../../src/project/print.ts';
import { loadText } from './support.ts';

type Schema = {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
};

const text = readFileSync(new URL('./every-key.yaml', import.meta.url), 'utf8');
const loaded = loadText(text, { toRun: false });
const schema = JSON.parse(generateSchema()) as Schema;

test('a file with every key has no errors', (t) => {
  const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
  t.deepEqual(errors, []);
});

test('its canonical form loads back to itself', (t) => {
  for (const format of ['yaml', 'json'] as const) {
    const printed = printCanonical(loaded.canonical!, format);
    const again = loadText(printed, { cwd: '/elsewhere', projectDirectory: '/project', toRun: false });
    t.deepEqual(again.canonical, loaded.canonical);
  }
});

test('the JSON schema accepts it, and its canonical form', (t) => {
  const jsonSchema = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  t.deepEqual(jsonSchema.safeParse(parse(text)).error?.issues ?? [], []);
  t.deepEqual(jsonSchema.safeParse(loaded.canonical).error?.issues ?? [], []);
});

test('it has every key that the schema has', (t) => {
  const written = new Set(pathsOf(parse(text), ''));
  const missing = [...schemaPaths(schema, '')].filter((path) => !written.has(path) && !elsewhere.test(path));
  t.deepEqual(missing, []);
});

test('what is not supported is told of every key that says so', (t) => {
  const told = new Set(loaded.diagnostics.map(({ from = '' }) => patternOf(from)));
  const ignored = [...valuesIn(composeFile)].filter(
    ([, { unsupported, foreign, inapplicable }]) => unsupported ?? foreign ?? inapplicable,
  );
  const untold = ignored.map(([path]) => path).filter((path) => !told.has(path) && !elsewhere.test(path));
  t.deepEqual(untold, []);
});

/** Keys with tests of their own: other names, what leads to other files, and what is still without a grammar. */
const elsewhere =
  /^(version|include)(\[|$)|\.(memory|x-tscompose|extends|profiles|label_file|external\.name)(\.|$)/;

function* schemaPaths(
  { properties, additionalProperties, items, anyOf }: Schema,
  path: string,
): Iterable<string> {
  for (const [key, inner] of Object.entries(properties ?? {})) {
    const below = path === '' ? key : `${path}.${key}`;
    yield below;
    yield* schemaPaths(inner, below);
  }
  if (additionalProperties) yield* schemaPaths(additionalProperties, `${path}.*`);
  if (items) yield* schemaPaths(items, `${path}[]`);
  for (const branch of anyOf ?? []) yield* schemaPaths(branch, path);
}

/** Every path of a value, with names of services and the like also as `*`. */
function* pathsOf(value: unknown, path: string): Iterable<string> {
  yield path;
  if (Array.isArray(value)) for (const item of value) yield* pathsOf(item, `${path}[]`);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      yield* pathsOf(inner, path === '' ? key : `${path}.${key}`);
      if (path !== '') yield* pathsOf(inner, `${path}.*`);
    }
}

function patternOf(path: string): string {
  return path
    .replaceAll(/\[\d+\]/g, '[]')
    .replace(/^(services|networks)\.[^.]+/, '$1.*')
    .replace(/^(services\.\*\.(?:networks|depends_on))\.[^.]+/, '$1.*')
    .replace(/\b(networks\.\*\.driver_opts)\.[^.]+/, '$1.*');
}
