import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A key that is not honoured, and one that is. */
const keys = {
  lamps: `import { uniqueText } from '../merge-rules.ts';
import type { Value } from '../value.ts';
import { oneOrList, text } from '../kinds.ts';

export const key: Value = {
  ...oneOrList(text()),
  merge: uniqueText,
  unsupported: 'lamps to light',
};
`,
  nickname: `import type { ServiceKey } from '../service-key.ts';
import { text } from '../kinds.ts';

export const key: ServiceKey<string> = {
  ...text((name) => (/^[a-z]+$/.test(name) ? { value: name } : { flaw: { must: 'be small letters' } })),
  description: 'What friends call it.',
  model: (name) => ({ hostname: name }),
};
`,
};

/** The sources with one more file for each of these keys, and nothing else changed but what is generated. */
async function sourcesWithKeys(directory: string) {
  for (const part of ['src/base', 'src/project', 'schema', 'package.json'])
    cpSync(join(root, part), join(directory, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  for (const [name, text] of Object.entries(keys))
    writeFileSync(join(directory, `src/project/keys/service/${name}.ts`), text);
  const imported = (file: string) => import(pathToFileURL(join(directory, file)).href);
  const { writeKeyIndexes } = (await imported(
    'schema/key-index.ts',
  )) as typeof import('../../schema/key-index.ts');
  writeKeyIndexes(pathToFileURL(join(directory, 'src/project/keys/')));
  const { loadProject } = (await imported(
    'src/project/load.ts',
  )) as typeof import('../../src/project/load.ts');
  const { generateSchema } = (await imported(
    'schema/generate.ts',
  )) as typeof import('../../schema/generate.ts');
  const { generateSupportTables } = (await imported(
    'schema/support-table.ts',
  )) as typeof import('../../schema/support-table.ts');
  return { loadProject, generateSchema, generateSupportTables };
}

let directory: string;
let sources: Awaited<ReturnType<typeof sourcesWithKeys>>;

test.before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'new-key-'));
  sources = await sourcesWithKeys(directory);
});

test.after.always(() => rmSync(directory, { recursive: true, force: true }));

/** Loads files that lie over each other. */
function load(...texts: readonly string[]) {
  const files = texts.map((text, index) => {
    const file = join(directory, `${index}.yaml`);
    writeFileSync(file, text);
    return file;
  });
  const options = { environment: {}, cwd: directory, strict: false, checkFiles: false };
  return sources.loadProject({ files, ...options });
}

const web = (line: string) => `services:\n  web:\n    command: x\n    ${line}\n`;

test.serial('a file is all that a key needs to be checked, written long, merged and warned about', (t) => {
  const loaded = load(web('lamps: red'), web('lamps: [blue, red]'));
  t.deepEqual(loaded.canonical?.services.web?.lamps, ['red', 'blue']);
  t.deepEqual(
    loaded.diagnostics.map(({ message, label }) => [message, label]),
    [['`lamps` is not supported yet', 'ignored: lamps to light']],
  );
  t.deepEqual(
    load(web('lamps: {}')).diagnostics.map(({ message }) => message),
    ['`lamps` must be text or a list'],
  );
  t.deepEqual(
    load(web('lamp: red')).diagnostics.map(({ help }) => help),
    ['did you mean `lamps`?'],
  );
});

test.serial('what it says of the service is in the model', (t) => {
  t.is(load(web('nickname: bob')).project?.services.web?.hostname, 'bob');
  t.deepEqual(
    load(web('nickname: Bob')).diagnostics.map(({ message }) => message),
    ['`nickname` must be small letters'],
  );
});

test.serial('editors and the tables of keys know it', (t) => {
  const schema = JSON.parse(sources.generateSchema());
  const { lamps, nickname } = schema.properties.services.additionalProperties.anyOf[0].properties;
  t.is(lamps.description, 'Not supported yet: lamps to light.');
  t.like(nickname, { type: 'string', description: 'What friends call it.' });
  const tables = sources.generateSupportTables();
  t.true(tables.includes('| `lamps` | Lamps to light. |\n'));
  t.true(tables.includes('| `nickname` | What friends call it. |\n'));
});
