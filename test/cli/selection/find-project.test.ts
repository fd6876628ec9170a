import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { createContext } from '../../../src/cli/command-context.ts';
import { parse } from '../../../src/cli/parser.ts';
import { findName, findProject, probableName } from '../../../src/cli/selection/find-project.ts';
import { inputsOf } from '../../../src/cli/selection/open-project.ts';
import { readInputs } from '../../../src/project/read/inputs.ts';
import { temporaryDirectory } from '../../temporary.ts';

type Files = Readonly<Record<string, string>>;

/** A directory called `My.Shop` with these files, and a context for commands in it. */
const contextWith = (files: Files, words: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) => {
  const cwd = join(temporaryDirectory('tscompose-name-'), 'My.Shop');
  mkdirSync(cwd);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const { globals } = parse([...words, 'ps'], () => {})!;
  return { ...createContext(globals), environment, cwd };
};

const nameOf = async (...situation: Parameters<typeof contextWith>): Promise<string> => {
  const context = contextWith(...situation);
  try {
    return (await findProject(context)).name;
  } finally {
    rmSync(context.cwd, { recursive: true });
  }
};

test('a name that no file can have is no file, and no bug', (t) => {
  const context = contextWith({}, ['-f', 'x'.repeat(5000)]);
  t.teardown(() => rmSync(context.cwd, { recursive: true }));
  t.is(probableName(context), undefined);
});

test('-p is the name, with or without a file', async (t) => {
  t.is(await nameOf({}, ['-p', 'app']), 'app');
});

test('COMPOSE_PROJECT_NAME is the name, from the environment or from .env', async (t) => {
  t.is(await nameOf({}, [], { COMPOSE_PROJECT_NAME: 'app' }), 'app');
  t.is(await nameOf({ '.env': 'COMPOSE_PROJECT_NAME=app\n' }), 'app');
});

test('the file has the name, the last one of several', async (t) => {
  t.is(await nameOf({ 'compose.yaml': 'name: app\nservices: {}\n' }), 'app');
  t.is(
    await nameOf({ 'a.yaml': 'name: a\n', 'b.yaml': 'name: b\n', 'c.yaml': '' }, [
      '-f',
      'a.yaml',
      '-f',
      'b.yaml',
      '-f',
      'c.yaml',
    ]),
    'b',
  );
});

test('a file without a name is called after its directory', async (t) => {
  t.is(await nameOf({ 'compose.yaml': 'services:\n  web:\n    name: no\n' }), 'myshop');
});

test('a file that is broken elsewhere still has its name', async (t) => {
  t.is(await nameOf({ 'compose.yaml': 'name: app\nservices: [\n' }), 'app');
});

test('no file and no name is an error', async (t) => {
  const error = await t.throwsAsync(nameOf({}), { instanceOf: Problem });
  t.is(error?.diagnostics[0]?.code, 'no-file');
});

test('a name that would leave the directory of projects is refused', async (t) => {
  const error = await t.throwsAsync(nameOf({}, ['-p', '../etc']), { instanceOf: Problem });
  t.is(error?.diagnostics[0]?.code, 'invalid-project-name');
});

const samples: Readonly<Record<string, string>> = {
  plain: 'name: app\nservices: {}\n',
  quoted: 'name: "app"\n',
  'single quotes': "name: 'app' # why\n",
  'quoted key': '"name": app\n',
  comment: '# name: no\nname: app # yes\n',
  'carriage returns': 'services: {}\r\nname: app\r\n',
  'inside a block': 'x-text: |\n  name: no\nname: app\n',
  variable: 'name: ${NAME:-app}\n',
  'on the next line': 'name:\n  app\n',
  folded: 'name: >-\n  app\n',
  anchor: 'name: &n app\n',
  tag: 'name: !!str app\n',
  json: '{"name": "app", "services": {}}\n',
  'a number': 'name: 12\n',
  'a truth': 'name: true\n',
  none: 'services: {}\n',
  'of a service': 'services:\n  name: {}\n',
};

for (const [title, text] of Object.entries(samples)) {
  test(`the quick way to the name finds what the parser finds: ${title}`, async (t) => {
    const context = contextWith({ 'compose.yaml': text });
    t.is((await findProject(context)).name, readInputs(inputsOf(context), []).name);
    rmSync(context.cwd, { recursive: true });
  });
}

for (const words of [['--project-directory', 'sub'], ['-f', 'sub/compose.yaml'], [], ['--env-file', '.env']])
  test(`the quick way to the name takes the same files as the parser: ${words.join(' ')}`, async (t) => {
    const files = { 'compose.yaml': '', '.env': 'COMPOSE_PROJECT_NAME=here\n' };
    const context = contextWith(files, words);
    t.teardown(() => rmSync(context.cwd, { recursive: true }));
    mkdirSync(join(context.cwd, 'sub'));
    writeFileSync(join(context.cwd, 'sub/compose.yaml'), 'name: there\n');
    const { name } = await findProject(context);
    t.is(name, readInputs(inputsOf(context), []).name);
    t.is(name, words.at(-1)?.startsWith('sub') ? 'there' : 'here');
  });

test('a plain name does not need the parser', (t) => {
  const found = findName({ file: 'compose.yaml', text: 'services: {}\nname: app\n' });
  t.is(found, 'app');
});

test('a file may have `${PWD}` where no shell has set it', (t) => {
  const { PWD } = process.env;
  const { globals } = parse(['ps'], () => {})!;
  try {
    delete process.env.PWD;
    // Red without: the first PWD in command-context.ts.
    t.is(createContext(globals).environment.PWD, process.cwd());
    process.env.PWD = '/elsewhere';
    t.is(createContext(globals).environment.PWD, '/elsewhere');
  } finally {
    if (PWD === undefined) delete process.env.PWD;
    else process.env.PWD = PWD;
  }
});
