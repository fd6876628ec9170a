import { eventually } from './harness/eventually.ts';
import { isAlive } from './harness/host.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

scenario('up -d says what it makes, on stderr, and is 0 when every process runs', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const { code, stdout, stderr } = await project.tscompose('up', '-d');
  const { Pid } = await project.container('web');
  t.is(code, 0);
  t.is(stdout, '');
  t.regex(stderr, new RegExp(`^Network ${project.name}_default Created \\(`, 'm'));
  t.regex(
    stderr,
    new RegExp(`^Container ${project.name}-web-1 Started \\(PID 1 inside, ${Pid} outside\\)$`, 'm'),
  );
});

scenario('--progress json prints one object a line, quiet prints nothing', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const { stderr } = await project.tscompose('--progress', 'json', 'up', '-d');
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; text: string });
  t.deepEqual(lines.at(-1), {
    ...lines.at(-1),
    id: `Container ${project.name}-web-1`,
    text: 'Started',
  } as never);
  t.is((await project.tscompose('--progress', 'quiet', 'up', '-d', '--force-recreate')).stderr, '');
});

scenario('up twice does nothing the second time', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  db: { ${stays()} }\n`);
  await project.ok('up', '-d');
  const before = await project.containers();
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 0);
  t.is(
    stderr,
    `Container ${project.name}-web-1 Running
Container ${project.name}-db-1 Running
nothing to do: everything is up to date
`,
  );
  t.deepEqual(
    (await project.containers()).map(({ Pid, ID }) => [Pid, ID]),
    before.map(({ Pid, ID }) => [Pid, ID]),
  );
});

scenario('up replaces only what has changed', async (t, project) => {
  const yaml = (color: string) =>
    `services:\n  web: { ${stays()}, environment: { COLOR: ${color} } }\n  db: { ${stays()} }\n`;
  project.compose(yaml('red'));
  await project.ok('up', '-d');
  const [web, db] = [await project.container('web'), await project.container('db')];
  project.compose(yaml('green'));
  const { stderr } = await project.tscompose('up', '-d', '-t', '0');
  t.regex(stderr, /-web-1 Recreated$/m);
  t.regex(stderr, /-db-1 Running$/m);
  t.not((await project.container('web')).ID, web.ID);
  t.is((await project.container('db')).ID, db.ID);
  t.false(isAlive(web.Pid));
  t.is(await project.exec('web', 'printenv', 'COLOR'), 'green');
});

scenario(
  '--force-recreate replaces what is unchanged, --no-recreate keeps what is changed',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n`);
    await project.ok('up', '-d');
    const first = await project.container('web');
    await project.ok('up', '-d', '--force-recreate', '-t', '0');
    const second = await project.container('web');
    t.not(second.ID, first.ID);
    project.compose(`services:\n  web: { ${stays()}, hostname: changed }\n`);
    await project.ok('up', '-d', '--no-recreate');
    t.is((await project.container('web')).ID, second.ID);
  },
);

scenario('up starts what has exited', async (t, project) => {
  project.compose(`services:\n  web: { ${shell('echo started')} }\n`);
  await project.ok('up', '-d');
  await eventually('it has exited', async () => (await project.container('web')).State === 'exited');
  await project.ok('up', '-d');
  await eventually('it has run again', async () => (await project.logs()) === 'started\nstarted\n');
  t.pass();
});

scenario('up of one service brings what it depends on, and with --no-deps does not', async (t, project) => {
  project.compose(`services:
  web: { ${stays()}, depends_on: [db] }
  db: { ${stays()} }
  other: { ${stays()} }
`);
  const running = async () => (await project.containers()).map(({ Service }) => Service).toSorted();
  await project.ok('up', '-d', '--no-deps', 'web');
  t.deepEqual(await running(), ['web']);
  await project.ok('up', '-d', 'web');
  t.deepEqual(await running(), ['db', 'web']);
});

scenario('--no-start makes containers that start brings to life', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.ok('up', '--no-start');
  t.is((await project.container('web')).State, 'created');
  await project.change('start');
  t.is((await project.container('web')).State, 'running');
});

scenario('depends_on orders the starts, and reversed the stops', async (t, project) => {
  project.compose(`services:
  app: { ${stays()}, depends_on: [cache, db] }
  cache: { ${stays()}, depends_on: [db] }
  db: { ${stays()} }
`);
  const order = (text: string, what: string) =>
    [...text.matchAll(new RegExp(`-(\\w+)-1 ${what}`, 'g'))].map(([, name]) => name);
  t.deepEqual(order((await project.tscompose('up', '-d')).stderr, 'Started'), ['db', 'cache', 'app']);
  for (const service of ['app', 'cache', 'db'])
    await eventually('it listens', async () => (await project.logs(service)).includes('ready'));
  t.deepEqual(order((await project.tscompose('stop')).stderr, 'Stopped'), ['app', 'cache', 'db']);
});

scenario(
  'depends_on with restart: what depends on a container is restarted with it, by up and by restart',
  async (t, project) => {
    const yaml = (color: string) => `services:
  db: { ${stays()}, stop_grace_period: 0s, environment: { COLOR: ${color} } }
  web: { ${stays()}, stop_grace_period: 0s, depends_on: { db: { condition: service_started, restart: true } } }
  log: { ${stays()}, stop_grace_period: 0s, depends_on: [db] }
`;
    project.compose(yaml('red'));
    t.notRegex((await project.tscompose('up', '-d')).stderr, /warning/);
    const processes = async () =>
      Promise.all(['web', 'log'].map(async (service) => (await project.container(service)).Pid));
    const [web, log] = await processes();
    project.compose(yaml('green'));
    await project.ok('up', '-d');
    const [restarted, same] = await processes();
    t.not(restarted, web);
    t.is(same, log);
    await project.ok('restart', 'db');
    const [again, still] = await processes();
    t.not(again, restarted);
    t.is(still, log);
  },
);

scenario(
  'containers of services that the file lacks are warned of, and removed on request',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n  old: { ${stays()} }\n`);
    await project.ok('up', '-d');
    const old = await project.container('old');
    project.compose(`services:\n  web: { ${stays()} }\n`);
    const { stderr } = await project.tscompose('up', '-d');
    t.regex(stderr, /warning\[orphan-containers\]: .*`old-1`/);
    t.regex(stderr, /--remove-orphans/);
    t.true(isAlive(old.Pid));
    await project.ok('up', '-d', '--remove-orphans', '-t', '0');
    t.false(isAlive(old.Pid));
    t.deepEqual(
      (await project.containers()).map(({ Service }) => Service),
      ['web'],
    );
  },
);

scenario(
  'what a container has written is there after stop and start, and gone after a recreate',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()}, stop_grace_period: 0s }\n`);
    await project.ok('up', '-d');
    await project.exec('web', 'sh', '-c', 'echo kept >/srv/file');
    await project.ok('stop');
    await project.change('start');
    t.is(await project.exec('web', 'cat', '/srv/file'), 'kept');
    await project.ok('up', '-d', '--force-recreate');
    t.is(await project.exec('web', 'sh', '-c', 'ls /srv'), '');
  },
);

scenario('variables come from the environment and from .env', async (t, project) => {
  project.compose('services:\n  web:\n    command: [echo, "${A} ${B} ${C:-default} $$D"]\n');
  project.write('.env', 'A=from-file\nB=from-file\n');
  const result = await project.begin(['run', '--rm', 'web'], { env: { B: 'from-shell' } }).ended;
  t.is(result.stdout, 'from-file from-shell default $D\n');
});

scenario('the file is found from a directory below it, and paths are relative to it', async (t, project) => {
  project.write('data/greeting', 'hello\n');
  project.compose('services:\n  web:\n    command: [cat, /data/greeting]\n    volumes: [./data:/data:ro]\n');
  project.write('deep/er/.keep', '');
  const result = await project.begin(['run', '--rm', 'web'], { cwd: project.path('deep/er') }).ended;
  t.is(result.stdout, 'hello\n', result.stderr);
});

scenario(
  'keys that are not supported yet are one warning each, and errors under --strict',
  async (t, project) => {
    project.compose(
      'services:\n  web:\n    command: ["true"]\n    annotations: { a: b }\n    x-mine: anything\n',
    );
    const { code, stderr } = await project.tscompose('up', '-d');
    t.is(code, 0);
    t.is(stderr.match(/^warning\[/gm)?.length, 1);
    t.regex(stderr, /`annotations` is not supported yet[\s\S]*compose\.yaml:4:5/);
    t.is((await project.tscompose('--strict', 'config', '-q')).code, 1);
  },
);

scenario('a service that was not selected may lack what it needs on this machine', async (t, project) => {
  project.compose(`services:
  web: { ${stays()} }
  db: { ${stays()}, user: nobody-knows-me }
`);
  await project.ok('up', '-d', 'web');
  t.is((await project.tscompose('up', '-d')).code, 1);
});
