import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { createContext } from '../../../src/cli/command-context.ts';
import { parse } from '../../../src/cli/parser.ts';
import { findTarget, type Target } from '../../../src/cli/selection/target.ts';
import { temporaryDirectory } from '../../temporary.ts';

const targetOf = async (
  compose: string | undefined,
  words: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<Target> => {
  const cwd = join(temporaryDirectory('tscompose-target-'), 'shop');
  mkdirSync(cwd);
  if (compose !== undefined) writeFileSync(join(cwd, 'compose.yaml'), compose);
  const { globals } = parse([...words, 'ps'], () => {})!;
  try {
    return await findTarget({ ...createContext(globals), environment, cwd });
  } finally {
    rmSync(cwd, { recursive: true });
  }
};

const two = `services:
  web: { command: "true" }
  tools: { command: "true", profiles: [debug] }
`;

test('the services of the file are meant, those of every profile', async (t) => {
  t.like(await targetOf(two), { name: 'shop', nameIsExplicit: false, services: ['web', 'tools'] });
});

test('-p alone reads no file and means every container; with -f it means those of the file', async (t) => {
  const alone = await targetOf('services: [', ['-p', 'app']);
  t.like(alone, { name: 'app', nameIsExplicit: true });
  t.is(alone.services, undefined);
  t.deepEqual((await targetOf(two, ['-p', 'app', '-f', 'compose.yaml'])).services, ['web', 'tools']);
});

test('COMPOSE_PROJECT_NAME takes the place of a file that cannot be read, and only of one', async (t) => {
  const environment = { COMPOSE_PROJECT_NAME: 'app' };
  t.is((await targetOf('services: [', [], environment)).services, undefined);
  t.is((await targetOf(undefined, [], environment)).services, undefined);
  t.like(await targetOf(two, [], environment), { name: 'app', services: ['web', 'tools'] });
});

test('a wrong value hides no service, a missing variable neither', async (t) => {
  const text =
    'services:\n  web: { command: "${NEEDED:?}", cpus: many }\n  db: 5\n  old: { extends: nobody }\n';
  t.deepEqual([...(await targetOf(text)).services!].sort(), ['db', 'old', 'web']);
});

test('a file that cannot be parsed is an error, and so is a missing --env-file', async (t) => {
  const codeOf = async (...situation: Parameters<typeof targetOf>) =>
    (await t.throwsAsync(() => targetOf(...situation), { instanceOf: Problem }))?.diagnostics[0]?.code;
  t.is(await codeOf('services: ['), 'yaml-syntax');
  t.is(await codeOf(two, ['--env-file', 'missing.env']), 'no-file');
  t.is(await codeOf(undefined), 'no-file');
  t.is(await codeOf(`name: "!!!"\n${two}`), 'invalid-project-name');
});

/** Red without: the parts of `dependenciesIn` in outline.ts, each alone. */
test('the files say what depends on what, with what they imply, as far as nothing is wrong there', async (t) => {
  const text = `services:
  web: { command: a, depends_on: { db: { condition: service_healthy, restart: true } }, links: [api] }
  api: { command: a, depends_on: [db, none] }
  db: { command: a, cpus: many }
  bad: { command: a, depends_on: { db: { condition: soon } } }
`;
  const started = { condition: 'service_started', restart: false, required: true } as const;
  t.deepEqual((await targetOf(text)).dependencies!(), {
    web: {
      db: { ...started, condition: 'service_healthy', restart: true },
      api: { ...started, restart: true },
    },
    api: { db: started },
  });
  const circle = 'services:\n  a: { command: a, depends_on: [b] }\n  b: { command: a, depends_on: [a] }\n';
  t.is((await targetOf(circle)).dependencies!(), undefined);
  t.is((await targetOf(undefined, ['-p', 'app'])).dependencies, undefined);
});

test('ports are not looked at: with wrong ones a service has its place in the order, also where it is extended', async (t) => {
  const text = `services:
  web: { command: a, ports: [none], depends_on: [db] }
  api: { extends: web, ports: !reset [] }
  db: { command: a, ports: ['80-90:1'] }
`;
  const db = { condition: 'service_started', restart: false, required: true } as const;
  const { services, dependencies } = await targetOf(text);
  t.deepEqual(services, ['web', 'api', 'db']);
  t.deepEqual(dependencies!(), { web: { db }, api: { db }, db: {} });
});
