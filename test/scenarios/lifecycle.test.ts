import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

scenario('stop, start and restart act on what exists, and twice is no error', async (t, project) => {
  project.compose(
    `services:\n  web: { ${stays()}, stop_grace_period: 0s }\n  deaf: { command: [sleep, "1000"], stop_grace_period: 0s }\n`,
  );
  await project.up();
  const first = await project.container('web');
  await project.ok('stop');
  await project.ok('stop');
  const stopped = await project.container('web');
  t.deepEqual([stopped.State, stopped.ID], ['exited', first.ID]);
  await project.ok('start');
  await project.ok('start');
  const started = await project.container('web');
  t.deepEqual([started.State, started.ID], ['running', first.ID]);
  await project.ok('restart');
  const restarted = await project.container('web');
  t.regex(
    (await project.tscompose('restart', '-t', '1', 'deaf')).stderr,
    /-deaf-1 Started \(PID 1 inside, \d+ outside; killed after 1 s: its PID 1 did not end at SIGTERM\)$/m,
  );
  t.deepEqual([restarted.State, restarted.ID], ['running', first.ID]);
  t.not(restarted.Pid, started.Pid);
});

scenario('restart does not read the file again', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()}, hostname: before, stop_grace_period: 0s }\n`);
  await project.up();
  project.compose(`services:\n  web: { ${stays()}, hostname: after }\n`);
  await project.ok('restart', 'web');
  t.is(await project.exec('web', 'hostname'), 'before');
});

/** Red without: `dependencies` in the requests of change.ts. */
scenario(
  'start and restart go by the order of the files, without files by that of the last up',
  async (t, project) => {
    const db = `db: { ${stays()}, stop_grace_period: 0s, healthcheck: { test: [CMD, "true"], interval: 100ms } }`;
    const web = `web: { ${stays()}, stop_grace_period: 0s`;
    project.compose(`services:\n  ${web} }\n  ${db}\n`);
    await project.up();
    project.compose(`services:
  ${web}, depends_on: { db: { condition: service_healthy, restart: true } } }
  ${db}
`);
    const before = await project.container('web');
    const { stderr } = await project.tscompose('restart', 'db');
    t.regex(stderr, /-db-1 Started[\s\S]*-db-1 Waiting \(needed by web\)[\s\S]*-web-1 Started/);
    t.not((await project.container('web')).Pid, before.Pid);
    await project.ok('stop');
    t.regex((await project.tscompose('start')).stderr, /-db-1 Healthy[\s\S]*-web-1 Started/);
    const recorded = await project.tscompose('-p', project.name, 'restart', 'db');
    t.notRegex(recorded.stderr, /web/);
  },
);

scenario('stop -t says how long to wait before SIGKILL', async (t, project) => {
  project.compose('services:\n  web: { command: [sleep, "1000"] }\n');
  await project.up();
  const begin = Date.now();
  await project.ok('stop', '-t', '1');
  t.true(Date.now() - begin >= 1000);
  t.is((await project.container('web')).ExitCode, 137);
});

scenario('kill sends SIGKILL, or the signal that is named', async (t, project) => {
  const script = 'trap "echo hangup" HUP; echo ready; while :; do sleep 1000 & wait $!; done';
  project.compose(`services:\n  web: { ${shell(script)} }\n`);
  await project.up();
  await eventually('it listens', async () => (await project.logs()).includes('ready'));
  await project.ok('kill', '-s', 'HUP');
  await eventually('it has heard', async () => (await project.logs()).includes('hangup'));
  t.is((await project.container('web')).State, 'running');
  await project.ok('kill', 'web');
  t.is((await project.container('web')).ExitCode, 137);
});

scenario('kill takes signals by name, without SIG, by number, and real-time ones', async (t, project) => {
  const script =
    'for n in 10 15 34 37 63; do trap "echo got $n." $n; done; echo ready; while :; do sleep 1000 & wait $!; done';
  project.compose(`services:\n  web: { ${shell(script)} }\n`);
  await project.up();
  const printed = (text: string) => async () => (await project.logs()).includes(text);
  await eventually('it listens', printed('ready'));
  for (const [signal, number] of [
    ['TERM', 15],
    ['sigusr1', 10],
    ['34', 34],
    ['SIGRTMIN+3', 37],
    ['RTMAX-1', 63],
  ] as const) {
    await project.ok('kill', '-s', signal);
    await eventually(`${signal} is ${number}`, printed(`got ${number}.`));
  }
  isRefused(t, await project.tscompose('kill', '-s', 'SIGTREM'), {
    errors: ['usage'],
    says: /help: did you mean `SIGTERM`\?/,
  });
});

scenario('an unknown service is an error of each command', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  for (const command of ['stop', 'start', 'restart', 'kill', 'down'])
    t.is((await project.tscompose(command, 'nobody')).code, 1, command);
  t.is((await project.container('web')).State, 'running');
});
