import { existsSync } from 'node:fs';
import { kill } from 'node:process';
import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const web = `services:\n  web: { command: [echo, from the file], entrypoint: [env, --] }\n`;

scenario('run without a command runs that of the service; --entrypoint replaces both', async (t, project) => {
  project.compose(web);
  t.is(await project.ok('run', '--rm', 'web'), 'from the file\n');
  t.is(await project.ok('run', '--rm', 'web', 'echo', 'another'), 'another\n');
  t.is(
    await project.ok('run', '--rm', '--entrypoint', 'echo "two words"', 'web', 'more'),
    'two words more\n',
  );
});

scenario('run passes exit status and signals on', async (t, project) => {
  project.compose('services:\n  web: { command: ["true"] }\n');
  t.is((await project.tscompose('run', '--rm', 'web', 'sh', '-c', 'exit 99')).code, 99);
  isRefused(t, await project.tscompose('run', '--rm', 'web', 'missing'), {
    code: 127,
    errors: ['command-not-found'],
  });
  isRefused(t, await project.tscompose('run', '--rm', 'web', '/etc/passwd'), {
    code: 126,
    errors: ['command-not-executable'],
  });
  for (const [name, code] of [
    ['SIGTERM', 41],
    ['SIGINT', 42],
    ['SIGHUP', 43],
  ] as const) {
    const script = `trap "exit ${code}" ${name.slice(3)}; echo ready; while :; do sleep 0.05; done`;
    const run = project.begin(['run', '--rm', 'web', 'sh', '-c', script]);
    await run.prints('ready');
    run.signal(name);
    t.is((await run.ended).code, code, name);
  }
});

scenario('run pipes stdin, however much it is, and ends it', async (t, project) => {
  project.compose('services:\n  web: { command: ["true"] }\n');
  const input = 'line of text\n'.repeat(200_000);
  const { stdout } = await project.begin(['run', '--rm', 'web', 'wc', '-c'], { input }).ended;
  t.is(stdout.trim(), String(input.length));
  const copied = await project.begin(['run', '--rm', 'web', 'cat'], { input }).ended;
  t.true(copied.stdout === input);
});

scenario('run --rm leaves no container; without it the container stays until down', async (t, project) => {
  project.compose('services:\n  web: { command: ["true"] }\n');
  await project.ok('run', '--rm', 'web');
  t.deepEqual(await project.containers(), []);
  await project.ok('run', '--name', 'kept', 'web');
  t.deepEqual(
    (await project.containers()).map(({ Name, State }) => [Name, State]),
    [['kept', 'exited']],
  );
  t.is(await project.ok('ps', '--services'), '');
});

scenario(
  'run starts what the service depends on and leaves it running, --no-deps does not',
  async (t, project) => {
    project.compose(`services:\n  web: { command: ["true"], depends_on: [db] }\n  db: { ${stays()} }\n`);
    await project.ok('run', '--rm', '--no-deps', 'web');
    t.deepEqual(await project.containers(), []);
    await project.ok('run', '--rm', 'web');
    t.deepEqual(
      (await project.containers()).map(({ Service, State }) => [Service, State]),
      [['db', 'running']],
    );
  },
);

scenario(
  'run -d prints which container it is and returns; -e, -u and -w change what they name',
  async (t, project) => {
    project.compose(`services:\n  web: { ${shell('echo $A $(id -u) $(pwd)')} }\n`);
    t.is(await project.ok('run', '--rm', '-e', 'A=b', '-u', '7', '-w', '/var', 'web'), 'b 7 /var\n');
    const id = (await project.ok('run', '-d', 'web', 'sleep', '1000')).trim();
    const [container] = await project.containers();
    t.is(container?.ID, id);
    t.is(container?.State, 'running');
  },
);

scenario('run and down in turn never meet a supervisor that is leaving', async (t, project) => {
  project.compose('services:\n  web: { command: ["true"] }\n');
  for (let times = 0; times < 4; times++) {
    await project.ok('run', '--rm', 'web');
    await project.change('down');
  }
  t.pass();
});

scenario('a run whose caller is killed ends when its stdin ends', async (t, project) => {
  project.compose('services:\n  web: { command: ["true"] }\n');
  const run = project.begin(['run', 'web', 'sh', '-c', 'echo ready; cat'], { interactive: true });
  await run.prints('ready');
  run.signal('SIGKILL');
  await eventually('it has ended', async () =>
    (await project.containers()).every(({ State }) => State === 'exited'),
  );
  t.pass();
});

scenario('a name for run that is a path is refused, and nothing outside is touched', async (t, project) => {
  project.compose(`services:\n  web: { command: ["true"] }\n`);
  const file = project.write('victim/file', 'x');
  const { code, stderr } = await project.tscompose('run', '--rm', '-T', '--name', '../../../victim', 'web');
  t.is(code, 1);
  t.regex(stderr, /error\[invalid-value\].*is not a valid container name/);
  t.is(existsSync(file), true);
});

scenario('run -d --rm keeps its promise after kill -9 of the supervisor', async (t, project) => {
  project.compose('services:\n  web: { command: ["true"], stdin_open: true }\n');
  await project.ok('run', '-d', '--rm', 'web', 'sleep', '1000');
  const [{ Pid } = { Pid: 0 }] = await project.containers();
  await project.endSupervision();
  t.is((await project.containers()).length, 1);
  kill(Pid, 'SIGKILL');
  await eventually('it is removed', async () => (await project.containers()).length === 0);
  await project.ok('run', '-d', '--rm', 'web', 'sleep', '1000');
  const [second] = await project.containers();
  kill(project.supervisor()!, 'SIGKILL');
  kill(second!.Pid, 'SIGKILL');
  await eventually('it is removed', async () => (await project.containers()).length === 0);
});
