import { eventually } from './harness/eventually.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const states = (containers: readonly { readonly Service: string; readonly State: string }[]) =>
  Object.fromEntries(containers.map(({ Service, State }) => [Service, State]));

// Red without: `known` in plan/selection.ts, or the use of `removeOrphans` in plan/down.ts.
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
  await project.up();
  project.compose('services:\n  other: { command: "true" }\n');
  await project.ok('-p', project.name, 'stop');
  t.deepEqual(states(await project.containers()), { web: 'exited' });
  await project.ok('-p', project.name, 'down');
  t.deepEqual(await project.containers(), []);
});

// Red without: `event.oneOff` in exit-rule.ts.
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
