import { eventually } from './harness/eventually.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const ended = (service: { readonly State: string }) => service.State === 'exited';

scenario('logs print both streams on stdout, with prefixes of one width', async (t, project) => {
  project.compose(`services:
  web: { ${shell('echo out; echo err >&2')} }
  backend: { ${shell('printf "no line break"')} }
`);
  await project.ok('up', '-d');
  await eventually('all have ended', async () => (await project.containers()).every(ended));
  const { stdout, stderr } = await project.tscompose('logs');
  t.deepEqual(stdout.trimEnd().split('\n').toSorted(), [
    'backend-1  | no line break',
    'web-1      | err',
    'web-1      | out',
  ]);
  t.is(stderr, '');
});

scenario('logs of one service, the last lines, with times, without prefix', async (t, project) => {
  project.compose(
    `services:\n  web: { ${shell('for i in 1 2 3 4; do echo $i; done')} }\n  db: { ${shell('echo db')} }\n`,
  );
  await project.ok('up', '-d');
  await eventually('all have ended', async () => (await project.containers()).every(ended));
  t.is(await project.ok('logs', '--no-log-prefix', '-n', '2', 'web'), '3\n4\n');
  t.is(await project.ok('logs', '--no-log-prefix', '--tail', '0', 'web'), '');
  t.is(await project.ok('logs', '--no-log-prefix', '--tail', 'all', 'web'), '1\n2\n3\n4\n');
  t.regex(
    await project.ok('logs', '-t', '-n', '1', 'web'),
    /^web-1 {2}\| \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z 4\n$/,
  );
  const range = (...words: string[]) => project.ok('logs', '--no-log-prefix', ...words, 'db');
  t.is(await range('--since', '2020-01-01T00:00:00Z'), 'db\n');
  t.is(await range('--until', '2020-01-01T00:00:00Z'), '');
  t.is(await range('--since', '1h', '--until', '2100-01-01', '--tail', '-1', '--index', '1'), 'db\n');
  t.is(await range('--index', '2'), '');
});

scenario('logs of several services come in the order of time', async (t, project) => {
  const count = (numbers: string): string =>
    shell(`for i in ${numbers}; do while [ ! -e /data/$i ]; do sleep 0.02; done; echo $i; done`);
  project.compose(`services:
  odd: { ${count('1 3 5')}, volumes: [./data:/data] }
  even: { ${count('2 4 6')}, volumes: [./data:/data] }
`);
  project.write('data/.keep', '');
  await project.ok('up', '-d');
  let expected = '';
  for (const number of [1, 2, 3, 4, 5, 6]) {
    project.write(`data/${number}`, '');
    expected += `${number}\n`;
    await eventually(`${number} is in the log`, async () =>
      (await project.ok('logs', '--no-log-prefix')).includes(String(number)),
    );
  }
  t.is(await project.ok('logs', '--no-log-prefix'), expected);
});

scenario('logs -f goes on until the containers have ended', async (t, project) => {
  const script = 'echo first; while [ ! -e /data/go ]; do sleep 0.02; done; echo second; exit 4';
  project.compose(`services:\n  web: { ${shell(script)}, volumes: [./data:/data] }\n`);
  await project.ok('up', '-d');
  const logs = project.begin(['logs', '-f', '--no-log-prefix']);
  await logs.prints('first');
  project.write('data/go', '');
  const { code, stdout } = await logs.ended;
  t.is(code, 0);
  t.is(stdout, 'first\nsecond\nweb-1 exited with code 4\n');
});

scenario(
  'Ctrl-C, or the time of --until, ends logs -f and leaves the containers alone',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n`);
    await project.ok('up', '-d');
    const logs = project.begin(['logs', '-f']);
    await logs.prints('ready');
    logs.signal('SIGINT');
    t.is((await logs.ended).code, 130);
    // Red without: the timer in while-running.ts, or `isOver` in follow.ts.
    const soon = new Date(Date.now() + 1000).toISOString();
    t.is(await project.ok('logs', '-f', '--no-log-prefix', '--until', soon), 'ready\n');
    t.is(await project.ok('logs', '-f', '--no-log-prefix', '--until', '2020-01-01T00:00:00Z'), '');
    t.is((await project.container('web')).State, 'running');
  },
);

scenario('output survives the end of a container and of the supervisor, byte by byte', async (t, project) => {
  project.compose(
    `services:\n  web: { ${shell('head -c 300000 /dev/zero | tr "\\0" x; echo; printf "\\001\\377\\n"')} }\n`,
  );
  await project.ok('up', '-d');
  await eventually('it has ended', async () => ended(await project.container('web')));
  await eventually('the supervisor has left', () => project.supervisor() === undefined);
  const { stdout } = await project.launch('sh', [
    '-c',
    `${project.command('logs', '--no-log-prefix')} | md5sum`,
  ]).ended;
  const expected = await project.launch('sh', [
    '-c',
    '(head -c 300000 /dev/zero | tr "\\0" x; echo; printf "\\001\\377\\n") | md5sum',
  ]).ended;
  t.is(stdout, expected.stdout);
});

scenario('logs of an unknown service are an error', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.ok('up', '-d');
  const { code, stderr } = await project.tscompose('logs', 'nobody');
  t.is(code, 1);
  t.regex(stderr, /no such service.*nobody/);
});

scenario('one write that is larger than a pipe does not stop its writer', async (t, project) => {
  project.compose(`services:
  web:
    command: [node, -e, 'fs.writeSync(1, Buffer.alloc(1 << 20, 97)); fs.writeSync(2, "done")']
`);
  await project.ok('up', '-d');
  await eventually('the writer has ended', async () => ended(await project.container('web')));
  t.is((await project.container('web')).ExitCode, 0);
  t.is((await project.ok('logs', '--no-log-prefix')).replace(/[^a]/g, '').length, 1 << 20);
});

scenario('--tail may be more than there is', async (t, project) => {
  project.compose(`services:\n  web: { command: [seq, "10"] }\n`);
  await project.ok('up', '-d');
  await eventually('it has ended', async () => ended(await project.container('web')));
  t.is((await project.ok('logs', '--no-log-prefix', '--tail', '15')).split('\n').length, 11);
});
