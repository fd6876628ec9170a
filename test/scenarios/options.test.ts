import { isRefused, nothingWasMade } from './harness/failure.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

scenario('-i, -t and -T of exec and run, in every spelling, with and without input', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()}, stop_grace_period: 0s }\n`);
  await project.up();
  const given = (...words: string[]) => project.begin(words, { input: 'typed\n' }).ended;
  for (const flags of [['-it'], ['-i', '-t'], ['-T'], ['--no-TTY'], ['--interactive', '--tty=false'], []]) {
    t.is((await given('exec', ...flags, 'web', 'cat')).stdout, 'typed\n', flags.join(' '));
    t.is((await given('run', '--rm', ...flags, 'web', 'cat')).stdout, 'typed\n', flags.join(' '));
  }
  t.is((await given('exec', '-i=false', 'web', 'cat')).stdout, '');
  t.is((await given('run', '--rm', '--interactive=false', 'web', 'cat')).stdout, '');
  for (const command of [['exec'], ['run', '--rm']])
    isRefused(t, await given(...command, '--tty', 'web', 'cat'), {
      code: 1,
      errors: ['usage'],
      says: /cannot attach stdin to a TTY-enabled container because stdin is not a terminal/,
    });
});

scenario('run: volumes, labels, capabilities, files of variables, aliases', async (t, project) => {
  project.compose(`services:
  web: { ${stays()}, stop_grace_period: 0s, cap_drop: [NET_RAW], volumes: ["./one:/data"] }
  gone: { command: ["true"] }
`);
  project.write('one/file', 'one');
  project.write('two/file', 'two');
  project.write('a.env', 'A=1\nB="$A"\n');
  project.write('b.env', 'B=2\nC=${A}3\n');
  await project.up();

  const run = (...words: string[]) => project.ok('run', '--rm', '--no-deps', ...words);
  t.is(await run('-v', './two:/data:ro', 'web', 'sh', '-c', 'cat /data/file; touch /data/x || true'), 'two');
  const files = ['--env-from-file', 'a.env', '--env-from-file', 'b.env', '-e', 'D=4'];
  t.is(await run(...files, 'web', 'sh', '-c', 'echo $A $B $C $D'), '1 2 13 4\n');
  const capabilities = async (...words: string[]) =>
    BigInt(`0x${(await run(...words, 'web', 'sed', '-n', 's/^CapEff:\t//p', '/proc/self/status')).trim()}`);
  const [plain, changed] = [
    await capabilities(),
    await capabilities('--cap-add', 'net_raw', '--cap-drop', 'CAP_CHOWN', '--cap-add', 'SYS_TIME'),
  ];
  const [CHOWN, NET_RAW, SYS_TIME] = [1n << 0n, 1n << 13n, 1n << 25n];
  t.is(plain & (CHOWN | NET_RAW | SYS_TIME), CHOWN);
  t.is(changed & (CHOWN | NET_RAW | SYS_TIME), NET_RAW | SYS_TIME);

  const addresses = 'getent ahostsv4 web | grep -c STREAM';
  t.is(await run('web', 'sh', '-c', addresses), '1\n');
  t.is(await run('--use-aliases', 'web', 'sh', '-c', addresses), '2\n');

  const id = (await project.ok('run', '-d', '-l', 'a=b=c', '--label', 'd', 'web', 'true')).trim();
  const one = (await project.containers()).find(({ ID }) => ID === id);
  t.regex(one?.Labels ?? '', /(^|,)a=b=c,d=(,|$)/);

  project.compose(`services:\n  web: { ${shell('true')} }\n`);
  await project.ok('run', '--rm', '--remove-orphans', 'web');
  t.deepEqual(
    (await project.containers()).map(({ Service }) => Service),
    ['web'],
    'neither the service that is gone nor the one-off',
  );
  for (const [words, says] of [
    [['-v', '_a:/data'], /`--volume` must be the name of a volume/],
    [['-v', './x:/proc/x'], /`--volume` must not mount over `\/proc`/],
    [['--cap-add', 'FLY'], /`--cap-add` must be a capability/],
    [['--env-from-file', 'no.env'], /cannot read .*no\.env: no such file/],
  ] as const) {
    const { code, stderr } = await project.tscompose('run', '--rm', ...words, 'web');
    t.is(code, 1);
    t.regex(stderr, says);
  }
});

scenario('kill --remove-orphans and restart --no-deps', async (t, project) => {
  const web = `web: { ${stays()}, stop_grace_period: 0s, depends_on: { db: { condition: service_started, restart: true } } }`;
  const db = `db: { ${stays()}, stop_grace_period: 0s }`;
  project.compose(`services:\n  ${web}\n  ${db}\n  old: { ${stays()} }\n`);
  await project.up();
  const { Pid } = await project.container('web');
  await project.ok('restart', '--no-deps', 'db');
  t.is((await project.container('web')).Pid, Pid);
  project.compose(`services:\n  ${web}\n  ${db}\n`);
  await project.ok('kill');
  t.is((await project.container('old')).State, 'running');
  await project.ok('kill', '--remove-orphans');
  t.is((await project.container('old')).State, 'exited');
});

scenario('--dry-run tells what a command would do, and does nothing', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()}, stop_grace_period: 0s }\n`);
  const lines = async (...words: string[]) => {
    const { code, stderr } = await project.tscompose('--dry-run', ...words);
    t.is(code, 0, stderr);
    return stderr.trimEnd().split('\n');
  };
  const name = `Container ${project.name}-web-1`;
  const made = [
    `Network ${project.name}_default Created (no network yet)`,
    `${name} Created (no container yet)`,
    `${name} Started (container is new)`,
  ];
  t.deepEqual(
    await lines('up'),
    made.map((line) => `DRY-RUN MODE - ${line}`),
  );
  await nothingWasMade(project);
  await project.ok('up', '-d', '--no-build', '-y', '--quiet-pull', '--menu=false');
  const { ID, Pid } = await project.container('web');
  for (const words of [['stop'], ['restart'], ['kill'], ['down'], ['up', '-d', '--force-recreate']])
    t.true(
      (await lines(...words)).every((line) => line.startsWith('DRY-RUN MODE - ')),
      words.join(' '),
    );
  t.like(await project.container('web'), { ID, Pid, State: 'running' });
  isRefused(t, await project.tscompose('--dry-run', 'exec', 'web', 'true'), { code: 1, errors: ['usage'] });
});
