import { renameSync } from 'node:fs';
import { eventually } from './harness/eventually.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const states = (containers: readonly { readonly Service: string; readonly State: string }[]) =>
  Object.fromEntries(containers.map(({ Service, State }) => [Service, State]));

scenario('commands with a file leave containers of other services alone', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()}, stop_grace_period: 0s }\n`);
  project.compose(`services:\n  old: { ${stays()}, stop_grace_period: 0s }\n`, 'other.yaml');
  await project.ok('-f', 'compose.yaml', '-f', 'other.yaml', 'up', '-d');
  const old = await project.container('old');

  await project.ok('kill');
  t.deepEqual(states(await project.containers()), { web: 'exited', old: 'running' });
  await project.ok('start');
  await project.ok('stop');
  await project.ok('restart');
  const { code, stderr } = await project.tscompose('stop', 'old');
  t.is(code, 1, stderr);
  t.regex(stderr, /no such service: old/);

  const down = await project.tscompose('down');
  t.regex(down.stderr, /found containers that belong to no service of the file: `old-1`/);
  t.notRegex(down.stderr, /network .* removed/, 'it is still in use');
  t.deepEqual(states(await project.containers()), { old: 'running' });
  t.is((await project.container('old')).Pid, old.Pid);

  await project.ok('down', '--remove-orphans');
  t.deepEqual(await project.containers(), []);
});

scenario('-p alone means all containers of the project', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()}, stop_grace_period: 0s }\n`);
  await project.ok('up', '-d');
  project.compose('services:\n  other: { command: "true" }\n');
  await project.ok('-p', project.name, 'stop');
  t.deepEqual(states(await project.containers()), { web: 'exited' });
  await project.ok('-p', project.name, 'down');
  t.deepEqual(await project.containers(), []);
});

scenario('commands of another directory with the same project name are refused', async (t, project) => {
  const text = `name: ${project.name}\nservices:\n  web: { ${stays()}, stop_grace_period: 0s }\n`;
  project.compose(text);
  project.write('one/compose.yaml', text);
  project.write('two/compose.yaml', text);
  const inside = (directory: string, ...words: readonly string[]) =>
    project.begin(words, { cwd: project.path(directory) }).ended;
  t.is((await inside('one', 'up', '-d')).code, 0);
  const { Pid } = await project.container('web');

  const commands = [
    'down',
    'stop',
    'start',
    'restart',
    'kill',
    'ps',
    'logs',
    'up -d',
    'run web true',
    'exec web true',
    'pause',
    'rm -fs',
    'create',
    'wait web',
    'top',
  ];
  for (const line of commands) {
    const { code, stderr } = await inside('two', ...line.split(' '));
    t.is(code, 1, line);
    t.regex(stderr, /error\[project-elsewhere\]/, line);
  }
  t.is((await project.container('web')).Pid, Pid);

  t.is((await inside('two', '-p', project.name, 'exec', '-T', 'web', 'true')).code, 0, 'the name is consent');
  renameSync(project.path('one'), project.path('moved'));
  t.is((await inside('two', 'down')).code, 0, 'the directory is gone');
  t.deepEqual(await project.containers(), []);
});

scenario(
  'a one-off does not end `up --abort-on-container-exit`, whose end stops no dependency',
  async (t, project) => {
    project.compose(`services:
  web: { ${stays()}, depends_on: [db], stop_grace_period: 0s }
  db: { ${stays()}, stop_grace_period: 0s }
`);
    const up = project.begin(['up', '--abort-on-container-exit', 'web']);
    await up.prints('ready');
    await project.ok('run', '--no-deps', 'web', 'true');
    t.is((await project.container('db')).State, 'running');
    t.deepEqual((await project.containers('web')).map(({ State }) => State).sort(), ['exited', 'running']);
    up.signal('SIGINT');
    t.is((await up.ended).code, 130);
    await eventually('web has been stopped', async () =>
      (await project.containers('web')).every(({ State }) => State === 'exited'),
    );
    t.is((await project.container('db')).State, 'running');
  },
);

scenario(
  'what `run` has left is an orphan: exec reaches it, `run` warns, --remove-orphans removes',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()}, stop_grace_period: 0s }\n`);
    await project.ok('run', '-d', 'web', 'cat');
    t.is(await project.exec('web', 'cat', '/proc/1/comm'), 'cat', 'its standard input stays open');
    const numbered = await project.tscompose('exec', '-T', '--index', '1', 'web', 'true');
    t.regex(numbered.stderr, /service "web" is not running container #1/);
    const { Pid, Name } = await project.container('web');
    process.kill(Pid, 'SIGKILL');
    await eventually('it has ended', async () => (await project.container('web')).State === 'exited');

    const orphan = new RegExp(`found containers that belong to no service of the file: \`${Name}\``);
    t.regex((await project.tscompose('run', '--rm', 'web', 'true')).stderr, orphan);
    t.regex((await project.tscompose('up', '-d')).stderr, orphan);
    await project.ok('up', '-d', '--remove-orphans');
    t.deepEqual(states(await project.containers()), { web: 'running' });

    await project.ok('stop');
    t.regex((await project.tscompose('stop')).stderr, /web-1 stopped/i, 'a repeated stop says so');
  },
);

scenario('start of a service starts its dependencies', async (t, project) => {
  project.compose(`services:
  web: { ${stays()}, depends_on: [db] }
  db: { ${stays()} }
  other: { ${stays()} }
`);
  await project.ok('up', '--no-start');
  await project.ok('start', 'web');
  t.deepEqual(states(await project.containers()), { web: 'running', db: 'running', other: 'created' });
});

scenario('a service that nobody asked for does not have to be one that can run', async (t, project) => {
  project.compose(`services:
  web: { ${stays()}, ports: ["8080:80"], stop_grace_period: 0s }
  same: { command: "true", ports: ["8080:80"] }
  image: { image: nginx }
  volume: { command: "true", volumes: ["data:/data"] }
  variables: { command: "true", env_file: missing.env }
volumes: { data: }
`);
  await project.ok('up', '-d', 'web');
  t.is((await project.tscompose('run', '--rm', 'web', 'echo', 'hello')).stdout, 'hello\n');
  t.is(await project.exec('web', 'echo', 'hello'), 'hello');
  t.is((await project.ok('ps', '--services')).trim(), 'web');
  t.regex(await project.ok('config', '--hash', 'web'), /^web [0-9a-f]{64}\n$/);
  await project.ok('config', '-q', 'web');

  const { code, stderr } = await project.tscompose('up', '-d', 'variables');
  t.is(code, 1);
  t.regex(stderr, /missing\.env/);
  t.is((await project.tscompose('config', '--hash', 'variables')).code, 1);
  await project.ok('config', '--no-env-resolution', '--hash', 'variables');
  await project.ok('down');
  t.deepEqual(await project.containers(), []);
});
