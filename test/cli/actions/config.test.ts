import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse as parseYaml } from 'yaml';
import { Problem } from '../../../src/base/diagnostic.ts';
import { config, configText } from '../../../src/cli/actions/config.ts';
import { createContext } from '../../../src/cli/command-context.ts';
import type { ConfigOptions } from '../../../src/cli/commands/config.ts';
import { parse } from '../../../src/cli/parser.ts';
import { configHash } from '../../../src/plan/hash.ts';
import { loadProject } from '../../../src/project/load.ts';
import { temporaryDirectory } from '../../temporary.ts';

const yaml = `name: shop
services:
  web:
    image: nginx:\${TAG:-1}
    environment: ["A=\${X?needed}", HOME, NOBODY]
    env_file: web.env
    memory: \${MEMORY-64m}
    volumes: ["./data:/data", "content:/content"]
    depends_on: [db]
  db:
    build: .
    command: echo $$HOME
    networks: [back]
  extra: {command: "true", profiles: [front, all]}
  lone: {command: "true", labels: {note: "no \${X:+x}"}}
networks: {back: {}, unused: {}}
volumes: {content: {}, unused: {}}
`;

const environment = { X: 'x y', HOME: '/root' };

type Surroundings = {
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
};

/** An invocation of `config` in a new directory with these files. */
function invocation(
  line: readonly string[],
  { files = {}, environment: variables = environment }: Surroundings = {},
) {
  const cwd = temporaryDirectory('tscompose-config-');
  for (const [name, text] of Object.entries({
    'compose.yaml': yaml,
    'web.env': '# first\nA=of the file\nB=2\n',
    ...files,
  }))
    writeFileSync(join(cwd, name), text);
  const { globals, options: given, operands } = parse(line, () => {})!;
  const options = given as ConfigOptions;
  const messages = { learn: () => {}, say: () => {}, show: () => {} };
  return { context: { ...createContext(globals), environment: variables, cwd, messages }, options, operands };
}

const print = (words: readonly string[], surroundings?: Surroundings) =>
  configText(invocation(['config', ...words], surroundings));

const usageOf = (words: readonly string[]) =>
  print(words).then(
    () => undefined,
    (error) => (error as Problem).diagnostics.map(({ code, message, help }) => [code, message, help]),
  );

for (const [words, expected] of [
  [['--services'], 'web\ndb\nlone\n'],
  [['--services', 'web'], 'web\ndb\n'],
  [['--services', 'extra'], 'extra\n'],
  [['--volumes'], 'content\n'],
  [['--volumes', 'lone'], ''],
  [['--networks'], 'default\nback\n'],
  [['--networks', 'db'], 'back\n'],
  [['--profiles'], 'all\nfront\n'],
  [['--images'], 'nginx:1\nshop-db\n'],
  [['--environment'], 'COMPOSE_PROJECT_NAME=shop\nHOME=/root\nX=x y\n'],
  [
    ['--variables'],
    'NAME     REQUIRED   DEFAULT VALUE   ALTERNATE VALUE\n' +
      'MEMORY   false      64m\n' +
      'TAG      false      1\n' +
      'X        true                       x\n',
  ],
  [
    ['--variables', '--format', 'json', 'lone'],
    '{\n    "X": {\n        "Name": "X",\n        "DefaultValue": "",\n        "PresenceValue": "x",\n' +
      '        "Required": false\n    }\n}\n',
  ],
  [
    ['--variables', '--format', 'yaml', 'lone'],
    'X:\n    name: X\n    defaultvalue: ""\n    presencevalue: x\n    required: false\n',
  ],
] as const)
  test(`config ${words.join(' ')}`, async (t) => {
    t.is(await print(words), expected);
  });

test('variables are listed although a required one has no value, and although the env_file is missing', async (t) => {
  const surroundings = { environment: {}, files: { 'compose.yaml': yaml.replace('web.env', 'missing.env') } };
  t.regex(await print(['--variables'], surroundings), /^X +true/m);
});

test('names are listed although the env_file is missing', async (t) => {
  const files = { 'compose.yaml': yaml.replace('web.env', 'missing.env') };
  t.is(await print(['--services'], { files }), 'web\ndb\nlone\n');
  await t.throwsAsync(print([], { files }), { instanceOf: Problem });
});

test('models are listed by what they are fetched as, although none is run here', async (t) => {
  const files = {
    'compose.yaml':
      'services: {web: {image: nginx, models: [small]}}\nmodels: {small: {model: ai/small}, unused: {model: ai/other}}\n',
  };
  t.is(await print(['--models'], { files }), 'ai/small\n');
});

test('the name of the project may be made from variables too', async (t) => {
  const files = { 'compose.yaml': 'name: ${NAME:-shop}\nservices: {a: {command: "true"}}\n' };
  t.regex(await print(['--variables'], { files }), /^NAME +false +shop$/m);
});

const notHere = `services:
  web: {command: "true", rootfs: ./no-root, volumes: [{type: bind, source: ./missing.xml, target: /etc/x.xml}]}
  db: {image: "postgres:18"}
`;

test('config asks nothing of this machine', async (t) => {
  t.regex(await print([], { files: { 'compose.yaml': notHere } }), /source: .*\/missing\.xml\n/);
});

test('config --strict reports what `up` would refuse', async (t) => {
  const { context, ...others } = invocation(['config', '-q'], { files: { 'compose.yaml': notHere } });
  const strict = { ...context, globals: { ...context.globals, strict: true } };
  const problem = await t.throwsAsync<Problem>(config({ context: strict, ...others }), {
    instanceOf: Problem,
  });
  t.deepEqual(problem!.diagnostics.map(({ code }) => code).toSorted(), [
    'bind-source-missing',
    'rootfs-missing',
  ]);
});

test('a service has what it depends on with it, and only what they use', async (t) => {
  const { services, networks, volumes } = parseYaml(await print(['web']));
  t.deepEqual(Object.keys(services), ['db', 'web']);
  t.deepEqual(Object.keys(networks), ['back', 'default']);
  t.deepEqual(Object.keys(volumes), ['content']);
  t.is(parseYaml(await print(['lone'])).volumes, undefined);
});

test('the hashes are those of the plan, by name', async (t) => {
  const { context } = invocation(['config']);
  const { project } = loadProject({ ...context, files: [], strict: false, toRun: false });
  const hash = (name: string) => `${name} ${configHash(project!.services[name]!)}\n`;
  const { configHashes } = await import('../../../src/engine/doors/config-hashes.ts');
  t.is(configHashes(project!).lone, hash('lone').slice(5, -1));
  const printed = await print(['--hash', '*']);
  t.deepEqual(printed.match(/^\w+/gm), ['db', 'lone', 'web']);
  t.true(printed.includes(hash('lone')));
  t.is(
    await print(['--hash', 'lone,db', '--no-interpolate']),
    (await print(['--hash', '*'])).replace(/^web.*\n/m, ''),
  );
  t.deepEqual(await usageOf(['--hash', 'lune']), [
    ['unknown-service', 'no such service: lune', 'did you mean `lone`?'],
  ]);
});

test('another hash for another value', async (t) => {
  const hashes = async (tag: string) =>
    (await print(['--hash', 'lone'], { environment: { ...environment, X: tag } })).trim();
  const withLabel = await hashes('x');
  t.is(await hashes('y'), withLabel);
  t.not(await hashes(''), withLabel);
});

test('only one of the lists at a time', async (t) => {
  t.deepEqual(await usageOf(['--services', '--hash', '*']), [
    ['usage', '--services and --hash are incompatible', undefined],
  ]);
});

test('no such service', async (t) => {
  t.deepEqual(await usageOf(['wab']), [['unknown-service', 'no such service: wab', 'did you mean `web`?']]);
});

type Printed = {
  readonly services: {
    readonly web: Readonly<Record<string, unknown>>;
    readonly db: Readonly<Record<string, unknown>>;
  };
};

const webOf = async (...words: string[]) =>
  (JSON.parse(await print(['--format', 'json', ...words])) as Printed).services.web;

test('what is left out is as it is written', async (t) => {
  const full = await webOf();
  t.like(full, { image: 'nginx:1', mem_limit: '67108864', networks: { default: null } });
  t.deepEqual(full.environment, { A: 'x y', B: '2', HOME: '/root', NOBODY: null });
  t.like(await webOf('--no-interpolate'), {
    image: 'nginx:${TAG:-1}',
    mem_limit: '${MEMORY-64m}',
    environment: ['A=${X?needed}', 'HOME', 'NOBODY'],
  });
  t.is((await webOf('--no-normalize')).networks, undefined);
  t.regex(JSON.stringify((await webOf('--no-path-resolution')).volumes), /"\.\/data"/);
  const unresolved = await webOf('--no-env-resolution', '--no-path-resolution');
  t.deepEqual(unresolved.env_file, [{ path: 'web.env' }]);
  t.deepEqual(unresolved.environment, { A: 'x y', HOME: '/root', NOBODY: null });
  t.deepEqual((await webOf('--no-path-resolution')).environment, full.environment);
});

test('--no-consistency prints what does not go together', async (t) => {
  const files = { 'compose.yaml': 'services: {a: {command: "true", networks: [gone], depends_on: [b]}}\n' };
  await t.throwsAsync(print([], { files }), { instanceOf: Problem });
  t.regex(await print(['--no-consistency'], { files }), /gone: null/);
});

test('dollars are doubled where they are no variables any more', async (t) => {
  t.deepEqual(parseYaml(await print([])).services.db.command, ['echo', '$$HOME']);
  t.deepEqual(parseYaml(await print(['--no-interpolate'])).services.db.command, 'echo $$HOME');
});

test('--explain names file, line and variable of every value', async (t) => {
  const text = await print(['--explain', 'web'], { files: { '.env': 'TAG=2\n' } });
  for (const line of [
    /^name: shop +# compose\.yaml:1:7$/m,
    /^ {4}image: nginx:2 +# compose\.yaml:4:12 \$\{TAG\}$/m,
    /^ {6}A: x y +# compose\.yaml:5:19 \$\{X\}$/m,
    /^ {6}B: "2" +# web\.env:3:1$/m,
    /^ {6}HOME: \/root +# compose\.yaml:5:36 \$\{HOME\}$/m,
    /^ {6}NOBODY: null +# compose\.yaml:5:42$/m,
    /^ {4}mem_limit: "67108864" +# compose\.yaml:7:13 \$\{MEMORY\}$/m,
    /^ {8}condition: service_started +# default$/m,
    /^ {8}required: true +# default$/m,
    /^ {8}target: \/content +# compose\.yaml:8:31$/m,
    /^ {4}name: shop_content +# default$/m,
  ])
    t.regex(text, line);
});

test('a comment does not change what it explains, and there is one for every value', async (t) => {
  for (const words of [[], ['--no-interpolate'], ['--no-normalize', '--no-path-resolution']]) {
    const [plain, explained] = [await print(words), await print(['--explain', ...words])];
    const sameDirectory = (text: string) => text.replaceAll(/tscompose-config-\w+/g, 'here');
    t.is(
      sameDirectory(explained.replaceAll(/ +# (default|\S+:\d+:\d+( \$\{\w+\})*)$/gm, '')),
      sameDirectory(plain),
    );
    t.false(/: [^#]+$/.test(explained));
  }
});

test('--explain --format json is a list of values with their places', async (t) => {
  const { context, ...rest } = invocation(['-p', 'given', 'config', '--explain', '--format', 'json']);
  const list = JSON.parse(await configText({ context, ...rest })) as { path: string }[];
  const at = (path: string) => list.find((each) => each.path === path);
  const file = join(context.cwd, 'compose.yaml');
  t.deepEqual(at('name'), { path: 'name', value: 'given', option: '--project-name' } as object);
  t.deepEqual(at('services.web.image'), {
    path: 'services.web.image',
    value: 'nginx:1',
    file,
    line: 4,
    column: 12,
    variables: ['TAG'],
  } as object);
  t.like(at('services.web.environment.B'), { file: join(context.cwd, 'web.env'), line: 3 });
  t.deepEqual(at('networks.default.name'), {
    path: 'networks.default.name',
    value: 'given_default',
    default: true,
  } as object);
  const named = { ...environment, COMPOSE_PROJECT_NAME: 'other' };
  t.regex(await print(['--explain'], { environment: named }), /^name: other +# \$\{COMPOSE_PROJECT_NAME\}$/m);
});

test('-o replaces a file at once, through a link too, and keeps its mode', async (t) => {
  const given = invocation(['config', '-o', 'link.yaml', '--services']);
  const { cwd } = given.context;
  const file = join(cwd, 'out.yaml');
  writeFileSync(file, 'old', { mode: 0o640 });
  symlinkSync('out.yaml', join(cwd, 'link.yaml'));
  const { ino } = statSync(file);
  t.is(await config(given), 0);
  t.is(readFileSync(file, 'utf8'), 'web\ndb\nlone\n');
  t.true(lstatSync(join(cwd, 'link.yaml')).isSymbolicLink());
  t.is(statSync(file).mode & 0o777, 0o640);
  t.not(statSync(file).ino, ino);
  t.deepEqual(readdirSync(cwd).sort(), ['compose.yaml', 'link.yaml', 'out.yaml', 'web.env']);
});

test('-o makes a file, writes into what is none, and says what it cannot write', async (t) => {
  const made = invocation(['config', '-o', 'new.yaml', '--services']);
  await config(made);
  t.is(readFileSync(join(made.context.cwd, 'new.yaml'), 'utf8'), 'web\ndb\nlone\n');
  t.is(await config(invocation(['config', '-o', '/dev/null'])), 0);
  t.true(lstatSync('/dev/null').isCharacterDevice());
  const error = await t.throwsAsync(config(invocation(['config', '-o', 'no/such/new.yaml'])), {
    instanceOf: Problem,
  });
  t.is(error.diagnostics[0]?.code, 'unwritable-output');
});

test('-q writes nothing anywhere', async (t) => {
  const quiet = invocation(['config', '-q', '-o', 'new.yaml']);
  t.is(await config(quiet), 0);
  t.false(existsSync(join(quiet.context.cwd, 'new.yaml')));
});
