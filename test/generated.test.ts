import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parse } from 'yaml';
import * as z from 'zod';
import { commandLineFile, generateCommandLine } from '../schema/command-line.ts';
import { generateSchema } from '../schema/generate.ts';
import { staleKeyIndexes } from '../schema/key-index.ts';
import { loadProject } from '../src/project/load.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const written = readFileSync(join(root, 'schema/compose.schema.json'), 'utf8');

test('the JSON schema is what the schemas of the model give', (t) => {
  t.true(written === generateSchema(), 'schema is out of date; run `npm run generate`');
});

test('the page about the command line is what the parser does', (t) => {
  const page = readFileSync(commandLineFile, 'utf8');
  t.true(page === generateCommandLine(), 'the page is out of date; run `npm run generate`');
});

test('every file of a folder of keys is listed', (t) => {
  const stale = staleKeyIndexes(new URL('../src/project/keys/', import.meta.url));
  t.deepEqual(stale, [], 'the lists of keys are out of date; run `npm run generate`');
});

/** Read back by zod, the JSON schema checks files by what it says and not by what it was made from. */
const jsonSchema = z.fromJSONSchema(JSON.parse(written));

for (const file of examples()) {
  test(`${file} follows the JSON schema and loads`, (t) => {
    const text = readFileSync(join(root, file), 'utf8');
    t.regex(
      text,
      /^# yaml-language-server: \$schema=\S+compose\.schema\.json\n/,
      'the first line is for editors',
    );
    t.deepEqual(jsonSchema.safeParse(parse(text, { merge: true })).error?.issues ?? [], []);
    const options = { environment: {}, cwd: root, strict: true, checkFiles: false };
    t.deepEqual(loadProject({ files: [join(root, file)], ...options }).diagnostics, []);
  });
}

test('the JSON schema refuses what the model refuses', (t) => {
  const service = (keys: object) =>
    jsonSchema.safeParse({ services: { a: { command: 'x', ...keys } } }).success;
  t.true(service({ memory: '64m', 'x-own': 1, restart: 'always' }));
  t.false(service({ enviroment: {} }));
  t.false(service({ memory: ['64m'] }));
  t.false(service({ volumes: [{ type: 'bind', source: 'x' }] }));
});

test('every key says in a sentence what it is', (t) => {
  const bare = [...undescribed(JSON.parse(written), '')];
  t.deepEqual(bare, []);
});

function* undescribed(schema: unknown, path: string): Iterable<string> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [name, value] of Object.entries(schema)) {
    if (name !== 'properties') yield* undescribed(value, path);
    else {
      for (const [key, property] of Object.entries(value as Record<string, { description?: string }>)) {
        if (!/^[A-Z].*\.$/.test(property.description ?? '')) yield `${path}.${key}`;
        yield* undescribed(property, `${path}.${key}`);
      }
    }
  }
}

function examples(): string[] {
  const folder = join(root, 'examples');
  const nested = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const files = nested
    .filter((name) => /(^|\/)compose\.ya?ml$/.test(name))
    .map((name) => join('examples', name));
  return [...files.sort(), 'compose.example.yaml'].filter((name) => existsSync(join(root, name)));
}
