import { stripVTControlCharacters } from 'node:util';
import { eventually } from './harness/eventually.ts';
import { isAlive } from './harness/host.ts';
import { needs, scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

scenario(
  'up prints what the containers write, stdout and stderr apart, with prefixes of one width',
  async (t, project) => {
    project.compose(`services:
  web: { ${shell('echo to stdout; echo to stderr >&2')} }
  backend: { ${shell('echo hello')} }
`);
    const { code, stdout, stderr } = await project.tscompose('up');
    t.is(code, 0);
    const [first, ...lines] = stdout.split('\n');
    t.is(first, 'Attaching to backend-1, web-1');
    t.deepEqual(lines.toSorted(), [
      '',
      'backend-1  | hello',
      'backend-1 exited with code 0',
      'web-1      | to stdout',
      'web-1 exited with code 0',
    ]);
    t.regex(stderr, /^web-1 {6}\| to stderr$/m);
    t.notRegex(stdout + stderr, /\u001b/, 'no colours without a terminal');
  },
);

const waits = (test: string) => `services:
  database: { ${shell('echo initialising; sleep 1000 & trap "kill $!" TERM; wait')}, healthcheck: { ${test}, interval: 100ms } }
  job: { ${shell('echo migrating')}, depends_on: { database: { condition: service_healthy } } }
  web: { ${stays()}, depends_on: { job: { condition: service_completed_successfully } } }
`;

/** Red without: `open` in foreground.ts. */
scenario('up prints what a container writes while others wait for it', async (t, project) => {
  project.compose(waits('test: [CMD, test, -e, /tmp/ready], retries: 1000'));
  const up = project.begin(['up']);
  await up.prints('database-1  | initialising');
  t.is((await project.container('web')).State, 'created');
  await project.exec('database', 'touch', '/tmp/ready');
  await up.prints('web-1       | ready');
  up.signal('SIGINT');
  const { code, stdout } = await up.ended;
  t.is(code, 130);
  const [first, ...lines] = stdout.split('\n');
  t.is(first, 'Attaching to database-1, job-1, web-1');
  t.deepEqual(lines.slice(0, 4), [
    'database-1  | initialising',
    'job-1       | migrating',
    'job-1 exited with code 0',
    'web-1       | ready',
  ]);
  t.is(stdout.match(/initialising/g)?.length, 1);
});

/** Red without: `drained` in foreground.ts. */
scenario('up prints what a container has written that others wait for in vain', async (t, project) => {
  project.compose(waits('test: [CMD, "false"], retries: 3'));
  const { code, stdout, stderr } = await project.tscompose('up');
  t.is(code, 1);
  t.regex(stdout, /^database-1 {2}\| initialising$/m);
  t.regex(stderr, /database-1 is unhealthy/);
  t.deepEqual(await project.containers(), []);
});

needs('script')('on a terminal the tree makes room for output during a wait', async (t, project) => {
  project.compose(waits('test: [CMD, test, -e, /tmp/ready], retries: 1000'));
  const up = project.launch('script', ['-qec', project.command('up'), '/dev/null'], { interactive: true });
  await up.prints('initialising');
  await project.exec('database', 'touch', '/tmp/ready');
  await up.prints('ready');
  up.stdin.write('\u0003');
  const { stdout } = await up.ended;
  const [, later = ''] = stripVTControlCharacters(stdout).split('Attaching to ');
  t.regex(later, /^Container \S+-database-1 Healthy\r?$/m);
  t.notRegex(later, /[✔◼]/, 'the tree is not drawn again');
});

scenario('Ctrl-C stops gracefully and exits 130', async (t, project) => {
  const script = 'trap "echo goodbye; exit 0" TERM; echo ready; while :; do sleep 1000 & wait $!; done';
  project.compose(`services:\n  web: { ${shell(script)} }\n`);
  const up = project.begin(['up']);
  await up.prints('ready');
  up.signal('SIGINT');
  const { code, stdout, stderr } = await up.ended;
  t.is(code, 130);
  t.regex(stdout, /web-1 {2}\| goodbye/);
  t.regex(stderr, /Gracefully stopping/);
  t.is((await project.container('web')).ExitCode, 0);
});

scenario('a second Ctrl-C kills at once', async (t, project) => {
  project.compose(
    `services:\n  web: { ${shell('trap : TERM; echo ready; while :; do sleep 1000 & wait $!; done')}, stop_grace_period: 1m }\n`,
  );
  const up = project.begin(['up']);
  await up.prints('ready');
  const { Pid } = await project.container('web');
  up.signal('SIGINT');
  await up.prints('Gracefully stopping');
  t.true(isAlive(Pid));
  up.signal('SIGINT');
  const { code, stderr } = await up.ended;
  t.is(code, 130);
  t.regex(stderr, /Killing/);
  t.is((await project.container('web')).ExitCode, 137);
});

scenario('up --rm leaves nothing, neither after Ctrl-C nor when all has ended', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const up = project.begin(['up', '--rm']);
  await up.prints('ready');
  up.signal('SIGINT');
  t.is((await up.ended).code, 130);
  t.deepEqual(await project.containers(), []);
  project.compose('services:\n  web: { command: ["true"] }\n');
  t.is((await project.tscompose('up', '--rm')).code, 0);
  t.deepEqual(await project.containers(), []);
});

scenario('Ctrl-C stops what this up has started and nothing else', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  db: { ${stays()} }\n`);
  await project.up('db');
  const up = project.begin(['up', 'web']);
  await up.prints('ready');
  up.signal('SIGINT');
  t.is((await up.ended).code, 130);
  t.is((await project.container('db')).State, 'running');
});

scenario('--abort-on-container-failure, and what is printed of each service', async (t, project) => {
  project.compose(`services:
  good: { ${shell('echo fine')} }
  quiet: { ${shell('echo unseen')}, attach: false }
  hidden: { ${shell('echo unseen')} }
  db: { ${stays()} }
  bad: { ${shell('sleep 0.2; exit 7')} }
`);
  const { code, stdout } = await project.tscompose(
    ...['up', '-t', '0', '--abort-on-container-failure', '--no-attach', 'hidden', '--timestamps'],
  );
  t.is(code, 7);
  t.is((await project.container('db')).State, 'exited');
  t.regex(stdout, /^Attaching to bad-1, db-1, good-1$/m);
  t.regex(stdout, /^good-1 {2}\| \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z fine$/m);
  t.notRegex(stdout, /unseen/);
  for (const name of ['good-1', 'quiet-1', 'hidden-1'])
    t.true(stdout.includes(`${name} exited with code 0\n`));
  t.regex(await project.ok('logs', '-t', 'hidden'), /^hidden-1 {2}\| \S+\.\d{9}Z unseen$/m);
  const only = await project.tscompose('up', '--no-deps', '--attach', 'hidden', 'good', 'hidden');
  t.deepEqual(only.stdout.split('\n').toSorted(), [
    '',
    'Attaching to hidden-1',
    'good-1 exited with code 0',
    'hidden-1  | unseen',
    'hidden-1 exited with code 0',
  ]);
  project.compose(`services:
  job: { ${shell('echo work')}, depends_on: [db] }
  db: { ${stays()} }
`);
  const attached = await project.tscompose('up', '--attach-dependencies', 'job');
  t.is(attached.code, 0, 'the dependency runs on');
  t.regex(attached.stdout, /^Attaching to db-1, job-1$/m);
});

scenario('a foreground up that fails to start exits with that status', async (t, project) => {
  project.compose(
    `services:\n  web: { ${stays()} }\n  bad: { command: [no-such-thing], depends_on: [web] }\n`,
  );
  const { code, stderr } = await project.tscompose('up');
  t.is(code, 127);
  t.regex(stderr, /`no-such-thing`/);
  // Red without: `programKey` in describe.ts, then in command-checks.ts.
  project.compose('services:\n  web:\n    command: [x]\n    entrypoint: [no-entry]\n');
  t.regex((await project.tscompose('up')).stderr, /`no-entry` not found\n {2}--> \S+:4:17/);
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  project.compose('services:\n  web:\n    command: [x]\n    entrypoint: [no-entry]\n');
  t.regex((await project.tscompose('up')).stderr, /web-1 was not replaced[\s\S]*--> \S+:4:17/);
});

scenario('containers outlive a foreground up that is killed, and can be taken down', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const up = project.begin(['up']);
  await up.prints('ready');
  up.signal('SIGKILL');
  await up.ended;
  const { Pid } = await project.container('web');
  t.true(isAlive(Pid));
  await project.changeAtOnce('down');
  await eventually('it is gone', () => !isAlive(Pid));
});

scenario('Ctrl-C while containers are being started stops those that are', async (t, project) => {
  project.compose(`services:
  one: { ${stays()}, stop_grace_period: 0s }
  two: { ${stays()}, stop_grace_period: 0s, depends_on: [one] }
  three: { ${stays()}, stop_grace_period: 0s, depends_on: [two] }
`);
  const up = project.begin(['up']);
  await up.prints('one-1 Started');
  up.signal('SIGINT');
  t.is((await up.ended).code, 130);
  t.true((await project.containers()).every(({ State }) => State !== 'running'));
});
