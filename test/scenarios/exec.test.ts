import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import { needs, scenario, withAnyRunner } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const web = `services:
  web: { ${stays()}, environment: { A: from-file, B: from-file }, working_dir: /srv, user: "1000:1001" }
`;

scenario(
  'exec has the environment, directory and user of the service, unless told otherwise',
  async (t, project) => {
    project.compose(web);
    await project.up();
    t.is(
      await project.exec('web', 'sh', '-c', 'echo $A $(pwd) $(id -u):$(id -g)'),
      'from-file /srv 1000:1001',
    );
    const words = ['exec', '-T', '-e', 'A=from-flag', '-e', 'C', '-u', '0', '-w', '/tmp', 'web'];
    const env = { C: 'from-shell' };
    const result = await project.begin([...words, 'sh', '-c', 'echo $A $B $C $(pwd) $(id -u)'], { env })
      .ended;
    t.is(result.stdout, 'from-flag from-file from-shell /tmp 0\n');
  },
);

scenario('exec passes stdin, stdout, stderr and the exit status on', async (t, project) => {
  project.compose(web);
  await project.up();
  const words = ['exec', '-T', 'web', 'sh', '-c', 'cat; echo problem >&2; exit 17'];
  const result = await project.begin(words, { input: 'a\nb' }).ended;
  t.deepEqual([result.stdout, result.stderr, result.code], ['a\nb', 'problem\n', 17]);
  const big = 'x'.repeat(3_000_000);
  t.is((await project.begin(['exec', '-T', 'web', 'cat'], { input: big }).ended).stdout.length, big.length);
  t.is((await project.tscompose('exec', '-T', 'web', 'sh', '-c', 'kill -9 $$')).code, 137);
});

withAnyRunner('everything after the service belongs to the command', async (t, project) => {
  project.compose(web);
  await project.up();
  t.is(await project.exec('web', 'echo', '-u', '--help', '-T', '--', 'x'), '-u --help -T -- x');
});

scenario('exec of a command that is missing is 127, of one that is no program 126', async (t, project) => {
  project.compose(web);
  await project.up();
  const missing = await project.tscompose('exec', '-T', 'web', 'no-such-thing');
  isRefused(t, missing, { code: 127, errors: ['command-not-found'], says: /`no-such-thing`/ });
  const empty = await project.tscompose('exec', '-T', 'web', '');
  isRefused(t, empty, { code: 127, errors: ['command-not-found'], says: /the command is empty/ });
  isRefused(t, await project.tscompose('exec', '-T', 'web', '/etc/passwd'), {
    code: 126,
    errors: ['command-not-executable'],
  });
  t.is((await project.container('web')).State, 'running');
});

withAnyRunner('exec needs a container that runs', async (t, project) => {
  project.compose(web);
  isRefused(t, await project.tscompose('exec', 'web', 'true'), { errors: ['not-running'] });
  await project.up();
  isRefused(t, await project.tscompose('exec', '--index', '2', 'web', 'true'), {
    errors: ['not-running'],
    says: /#2/,
  });
  t.is((await project.tscompose('exec', '-T', '--index', '1', 'web', 'true')).code, 0);
});

scenario('the input of an exec whose caller is killed ends', async (t, project) => {
  project.compose(web);
  await project.up();
  const words = ['exec', '-T', 'web', 'sh', '-c', 'echo ready; cat; echo ended >/tmp/file'];
  const exec = project.begin(words, { interactive: true });
  await exec.prints('ready');
  exec.signal('SIGKILL');
  await eventually('it has read the end', async () => {
    const read = await project.tscompose('exec', '-T', 'web', 'cat', '/tmp/file');
    return read.stdout === 'ended\n';
  });
  t.pass();
});

scenario('exec -d returns and leaves the command running', async (t, project) => {
  project.compose(web);
  await project.up();
  await project.ok('exec', '-d', 'web', 'sh', '-c', 'echo done >/tmp/file; sleep 1000');
  await eventually('it has run', async () => (await project.exec('web', 'cat', '/tmp/file')) === 'done');
  t.regex(await project.exec('web', 'sh', '-c', 'cat /proc/*/cmdline'), /sleep.1000/);
});

scenario('a working directory that leads out of the root is refused', async (t, project) => {
  project.compose(web);
  await project.up();
  for (const number of [3, 4, 5, 6, 7, 8, 9, 10]) {
    const directory = `/proc/self/fd/${number}`;
    const exec = await project.tscompose('exec', '-T', '-w', directory, 'web', 'ls');
    t.is(exec.code, 1, `exec in ${directory}: ${exec.stdout}`);
  }
  const run = await project.tscompose('run', '--rm', '-w', '/proc/self/fd/8/../..', 'web', 'ls');
  t.is(run.code, 1, run.stdout);
  t.regex(run.stderr, /error\[step-failed\]/);
});

scenario(
  'exec is in the same namespaces and cgroup, with the capabilities of the service [kernel]',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()}, cap_drop: [ALL], cap_add: [CHOWN] }\n`);
    await project.up();
    const links =
      'for n in cgroup ipc mnt net pid uts; do readlink /proc/PID/ns/$n; done; cat /proc/PID/cgroup; grep Cap /proc/PID/status';
    const of = (pid: string) => project.exec('web', 'sh', '-c', links.replaceAll('PID', pid));
    t.is(await of('self'), await of('1'));
    t.regex(await of('1'), /CapEff:\s0000000000000001/);
    t.regex(
      await project.ok('exec', '-T', '--privileged', 'web', 'grep', 'CapEff', '/proc/self/status'),
      /ffff/,
    );
  },
);

const withTerminal = needs('script');

withTerminal(
  "exec has a terminal of the container's own, with the size of the caller's window",
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n`);
    await project.up();
    const script =
      'until stty size | grep -q "^33 77"; do :; done; tty; test -t 0 && test -t 1 && test -t 2; echo $?; echo $TERM; read code; exit $code';
    const line = `stty rows 33 cols 77; ${project.command('exec', 'web', 'sh', '-c', script)}`;
    const session = project.launch('script', ['-qec', line, '/dev/null'], { interactive: true });
    await session.prints(/\/dev\/pts\/\d+\s+0\s+xterm\s/);
    session.stdin.write('6\n');
    t.is((await session.ended).code, 6);
  },
);

withTerminal(
  'keys go through the terminal: Ctrl-C interrupts the command, not tscompose',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n`);
    await project.up();
    const inside = 'trap "echo interrupted; read go; exit 3" INT; echo ready; while :; do sleep 0.05; done';
    const line = project.command('exec', 'web', 'sh', '-c', inside);
    const session = project.launch('script', ['-qec', line, '/dev/null'], { interactive: true });
    await session.prints('ready');
    session.stdin.write('\u0003');
    await session.prints('interrupted');
    session.stdin.write('go\n');
    t.is((await session.ended).code, 3);
  },
);

withTerminal('-T gives no terminal, also where there is one', async (t, project) => {
  project.compose(`services:\n  web: { ${shell('exec sleep 1000')}, stop_grace_period: 0s }\n`);
  await project.up();
  const line = project.command('exec', '-T', 'web', 'sh', '-c', 'test -t 1; echo $?');
  t.regex((await project.launch('script', ['-qec', line, '/dev/null']).ended).stdout, /^1\r?\n/);
});

withAnyRunner(
  'exec into a directory or a service that is not there is an error of its own',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n`);
    await project.up();
    const nowhere = await project.tscompose('exec', '-T', '-w', '/no/such/place', 'web', 'pwd');
    t.not(nowhere.code, 0);
    t.regex(nowhere.stderr, /openat2\(AT_FDCWD, "\/no\/such\/place".*ENOENT/);
    t.is((await project.tscompose('exec', '-T', 'web', 'test', '-e', '/no')).code, 1);
    const unknown = await project.tscompose('exec', '-T', 'wbe', 'true');
    t.regex(unknown.stderr, /no such service: wbe[\s\S]*did you mean `web`/);
  },
);
