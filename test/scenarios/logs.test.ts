import { existsSync, readdirSync } from 'node:fs';
import { kill } from 'node:process';
import { isNightly } from '../patience.ts';
import { eventually } from './harness/eventually.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const ended = (service: { readonly State: string }) => service.State === 'exited';

scenario('logs print both streams on stdout, with prefixes of one width', async (t, project) => {
  project.compose(`services:
  web: { ${shell('echo out; echo err >&2')} }
  backend: { ${shell('printf "no line break"')} }
`);
  await project.up();
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
  await project.up();
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
    shell(`for i in ${numbers}; do while [ ! -e /data/$i ]; do sleep 0.1; done; echo $i; done`);
  project.compose(`services:
  odd: { ${count('1 3 5')}, volumes: [./data:/data] }
  even: { ${count('2 4 6')}, volumes: [./data:/data] }
`);
  project.write('data/.keep', '');
  await project.up();
  let expected = '';
  for (const number of [1, 2, 3, 4, 5, 6]) {
    project.write(`data/${number}`, '');
    expected += `${number}\n`;
    await eventually(`${number} is in the log`, async () => (await project.logs()).includes(String(number)));
  }
  t.is(await project.ok('logs', '--no-log-prefix'), expected);
});

scenario('logs -f goes on until the containers have ended', async (t, project) => {
  const script = 'echo first; while [ ! -e /data/go ]; do sleep 0.1; done; echo second; exit 4';
  project.compose(`services:\n  web: { ${shell(script)}, volumes: [./data:/data] }\n`);
  await project.up();
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
    await project.up();
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
  await project.up();
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
  await project.up();
  const { code, stderr } = await project.tscompose('logs', 'nobody');
  t.is(code, 1);
  t.regex(stderr, /no such service.*nobody/);
});

scenario('one write that is larger than a pipe does not stop its writer', async (t, project) => {
  project.compose(`services:
  web:
    command: [node, -e, 'fs.writeSync(1, Buffer.alloc(1 << 20, 97)); fs.writeSync(2, "done")']
`);
  await project.up();
  await eventually('the writer has ended', async () => ended(await project.container('web')));
  t.is((await project.container('web')).ExitCode, 0);
  t.is((await project.ok('logs', '--no-log-prefix')).replace(/[^a]/g, '').length, 1 << 20);
});

scenario('--tail may be more than there is', async (t, project) => {
  project.compose(`services:\n  web: { command: [seq, "10"] }\n`);
  await project.up();
  await eventually('it has ended', async () => ended(await project.container('web')));
  t.is((await project.ok('logs', '--no-log-prefix', '--tail', '15')).split('\n').length, 11);
});

/** Lines of 100 bytes, numbered from 1. */
const NUMBERS = `seq -f "%010.0f ${'x'.repeat(88)}" 1`;

for (const [title, logging, last, most] of isNightly
  ? ([
      [
        '200 MB with a log that has room for them',
        ', logging: { options: { max-size: 300m } }',
        2_000_000,
        330,
      ],
      ['200 MB with the default', '', 2_000_000, 105],
    ] as const)
  : ([['files of 200 KB', ', logging: { options: { max-size: 200k, max-file: 3 } }', 30_000, 1]] as const))
  scenario(`a follower misses no line of ${title}`, async (t, project) => {
    t.timeout(300_000);
    const prints = `echo ready; while [ ! -e /data/go ]; do sleep 0.1; done; ${NUMBERS} ${last}`;
    project.compose(`services:\n  web: { ${shell(prints)}, volumes: [./data:/data]${logging} }\n`);
    project.write('data/.keep', '');
    await project.up();
    const follow = `exec ${project.command('logs', '-f', '--no-log-prefix')} >followed`;
    const following = project.launch('sh', ['-c', follow], { timeout: 200_000 });
    await eventually('it follows', () => project.read('followed') === 'ready\n');
    project.write('data/go', '');
    t.is((await following.ended).code, 0);
    const { stdout } = await project.launch('sh', [
      '-c',
      `grep -v exited <followed | cksum; { echo ready; ${NUMBERS} ${last}; } | cksum; du -sm .state/${project.name}/logs`,
    ]).ended;
    const [got, printed, kept = ''] = stdout.split('\n');
    t.is(got, printed);
    t.true(Number.parseInt(kept, 10) <= most, `${kept} MB are kept`);
    const tail = await project.ok('logs', '--no-log-prefix', '-n', '3');
    t.deepEqual(tail.match(/\d+/g)?.map(Number), [last - 2, last - 1, last]);
  });

scenario(
  'the first rotation of a service is said once, and all files go with the container',
  async (t, project) => {
    const prints =
      'for i in 1 2; do while [ ! -e /data/$i ]; do sleep 0.1; done; seq 1 20000; echo end $i; done; exec sleep 1000';
    project.compose(
      `services:\n  web: { ${shell(prints)}, volumes: [./data:/data], stop_grace_period: 0s, logging: { options: { max-size: 10k, max-file: 3 } } }\n`,
    );
    project.write('data/.keep', '');
    await project.up();
    const directory = `${project.stateDirectory}/${project.name}/logs`;
    for (const [number, warnings] of [
      [1, 1],
      [2, 0],
    ]) {
      if (number === 2) kill(project.supervisor()!, 'SIGKILL');
      if (number === 2) await project.ok('ps');
      project.write(`data/${number}`, '');
      await eventually('all is printed', async () => (await project.logs('web')).includes(`end ${number}`));
      const { stderr } = await project.tscompose('ps');
      t.is((stderr.match(/the log of web has reached 10k.*3 × 10k/g) ?? []).length, warnings!, stderr);
      t.is(await project.ok('logs', '--no-log-prefix', '-n', '2'), `20000\nend ${number}\n`);
      await eventually('the old files are gone', () => filesIn(directory).length <= 6);
    }
    t.deepEqual(readdirSync(directory), [`${project.name}-web-1.rotated`]);
    await project.ok('rm', '--stop', '--force');
    t.false(existsSync(directory));
  },
);

const filesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

scenario('with the driver none nothing is kept, and who is attached sees all', async (t, project) => {
  project.compose(
    `services:\n  web: { ${shell('seq 1 100000; echo end')}, logging: { driver: none } }\n  db: { ${shell('echo db')} }\n`,
  );
  const { code, stdout } = await project.tscompose('up', '--no-log-prefix');
  t.is(code, 0);
  t.true(stdout.includes('end\n'));
  const logs = await project.tscompose('logs', '--no-log-prefix');
  t.deepEqual([logs.code, logs.stdout], [0, 'db\n']);
  t.regex(logs.stderr, /the logs of \S+-web-1 cannot be read: its logging driver is `none`/);
  t.deepEqual(
    readdirSync(`${project.stateDirectory}/${project.name}/logs`).filter((name) => name.includes('web')),
    [],
  );
  const run = await project.tscompose('run', '--rm', 'web');
  t.is(run.code, 0);
  t.true(run.stdout.endsWith('99999\n100000\nend\n'));
});
