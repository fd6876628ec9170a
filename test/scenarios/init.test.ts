import { openSync, readdirSync, readFileSync } from 'node:fs';
import { kill } from 'node:process';
import { eventually } from './harness/eventually.ts';
import { isRefused, nothingWasMade } from './harness/failure.ts';
import { hostStatus } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { needs, scenario, withAnyRunner } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const web = (keys: string): string => `services:\n  web: { init: true, ${keys} }\n`;

/** PIDs of a process's children, as the host sees them. */
const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const exitCode = (project: Project): Promise<number> =>
  eventually('it has exited', async () => {
    const { State, ExitCode } = await project.container('web');
    return State === 'exited' && ExitCode;
  });

const ready = (project: Project): Promise<unknown> =>
  eventually('it is ready', async () => (await project.logs()).includes('ready'));

scenario(
  'init: the exit status is that of the command, 128 + signal when it was killed',
  async (t, project) => {
    project.compose(web('command: ["true"]'));
    for (const [script, code] of [
      ['exit 42', 42],
      ['exit 255', 255],
      ['kill -KILL $$', 137],
      ['kill -SEGV $$', 139],
      ['true', 0],
    ] as const)
      t.is((await project.tscompose('run', '--rm', 'web', 'sh', '-c', script)).code, code, script);
  },
);

scenario('init: a command that is not found exits 127, and nothing is left', async (t, project) => {
  project.write('data/plain.txt', 'no program\n');
  project.compose(web('command: [nothing-like-this], volumes: [./data:/data]'));
  const result = await project.tscompose('up', '-d');
  isRefused(t, result, { code: 127, errors: ['command-not-found'], at: ['compose.yaml:2:31'] });
  await nothingWasMade(project);
  project.compose(web('command: [/data/plain.txt], volumes: [./data:/data]'));
  isRefused(t, await project.tscompose('up', '-d'), {
    code: 126,
    errors: ['command-not-executable'],
    at: ['compose.yaml:2:31'],
  });
  await nothingWasMade(project);
});

scenario('init: a command without a handler ends by the stop signal', async (t, project) => {
  project.compose(web('command: [sleep, "1000"]'));
  await project.up();
  await project.change('stop');
  t.is((await project.container('web')).ExitCode, 143);
  project.compose(web('command: [sleep, "1000"], stop_signal: SIGQUIT'));
  await project.up();
  await project.change('stop');
  t.is((await project.container('web')).ExitCode, 131);
});

scenario('init: every signal reaches the command, and its handler decides', async (t, project) => {
  const handlers = ['HUP', 'USR1', 'USR2', 'WINCH', 'TSTP', 'ABRT'].map(
    (name) => `trap "echo ${name}" ${name}`,
  );
  const script = `${handlers.join('; ')}; trap "exit 9" TERM; echo ready; while :; do sleep 1000 & wait $!; done`;
  project.compose(web(shell(script)));
  await project.up();
  await ready(project);
  for (const name of ['HUP', 'USR1', 'USR2', 'WINCH', 'TSTP', 'ABRT']) {
    await project.ok('kill', '-s', name);
    await eventually(name, async () => (await project.logs()).includes(name));
  }
  await project.change('stop');
  t.is((await project.container('web')).ExitCode, 9);
});

scenario('init: SIGKILL of the command ends the container with 137', async (t, project) => {
  project.compose(web('command: [sleep, "1000"]'));
  await project.up();
  kill(childrenOf((await project.container('web')).Pid)[0]!, 'SIGKILL');
  t.is(await exitCode(project), 137);
});

scenario('init: orphans of every parent are reaped [kernel]', async (t, project) => {
  const leave = 'i=0; while [ $i -lt 20 ]; do (sleep 0.3 &); i=$((i+1)); done; echo ready';
  project.compose(web(`${shell(`${leave}; exec sleep 1000`)}, stop_grace_period: 0s`));
  await project.up();
  await ready(project);
  const { Pid } = await project.container('web');
  await eventually('none of the command is left', () => childrenOf(Pid).length === 1);
  t.is(await project.exec('web', 'sh', '-c', leave), 'ready');
  await eventually('none of the exec is left', () => childrenOf(Pid).length === 1);
  t.is(await project.exec('web', 'cat', '/proc/1/comm'), 'init');
});

scenario('init: PID 1 is small and has nothing but its three streams', async (t, project) => {
  project.compose(web(`${stays()}, environment: {A: b}`));
  await project.up();
  await ready(project);
  const { Pid } = await project.container('web');
  const read = (file: string) => readFileSync(`/proc/${Pid}/${file}`, 'utf8');
  for (const text of [hostStatus(Pid, 'VmRSS'), /^Pss:\s+(.*)$/m.exec(read('smaps_rollup'))![1]!])
    t.true(Number.parseInt(text, 10) < 100, text);
  t.deepEqual(readdirSync(`/proc/${Pid}/fd`), ['0', '1', '2']);
  t.is(read('comm'), 'init\n');
  t.is(read('cmdline'), 'init\0');
  t.regex(read('environ'), /(^|\0)A=b\0/);
  t.notRegex(read('environ'), /TSCOMPOSE/);
  const files = read('maps')
    .split('\n')
    .flatMap((line) => /[^ ]* +(\/.*)$/.exec(line)?.[1] ?? []);
  t.deepEqual(files, ['/memfd:tscompose-stage (deleted)']);
  t.throws(() => openSync(`/proc/${Pid}/exe`, 'r+'), { code: 'ETXTBSY' });
  t.is(await project.exec('web', 'sh', '-c', 'echo >/proc/1/fd/1 through PID 1; ls /proc/1/fd'), '0\n1\n2');
  await eventually('it is printed', async () => (await project.logs()).includes('through PID 1'));
});

scenario('init: the command has no signal ignored or blocked, and its own group', async (t, project) => {
  project.compose(web('command: [sleep, "1000"], stop_grace_period: 0s'));
  await project.up();
  const [command] = childrenOf((await project.container('web')).Pid);
  for (const field of ['SigBlk', 'SigIgn', 'SigCgt', 'SigPnd', 'ShdPnd'])
    t.is(hostStatus(command!, field), '0'.repeat(16), field);
  t.is(hostStatus(command!, 'NSpgid'), hostStatus(command!, 'NSpid'));
});

scenario('init: another user has PID 1 too, and its signals are passed on', async (t, project) => {
  const script = 'trap "exit 9" TERM; echo ready; while :; do sleep 1000 & wait $!; done';
  project.compose(web(`${shell(script)}, user: "1234:1235"`));
  await project.up();
  await ready(project);
  const { Pid } = await project.container('web');
  t.is(hostStatus(Pid, 'Uid'), '1234\t1234\t1234\t1234');
  t.is(hostStatus(Pid, 'Gid'), '1235\t1235\t1235\t1235');
  t.is(hostStatus(Pid, 'CapEff'), '0'.repeat(16));
  t.is(await project.exec('web', 'ls', '/proc/1/fd'), '0\n1\n2');
  t.not((await project.attempt('web', 'cat', '/proc/1/exe')).code, 0);
  await project.change('stop');
  t.is((await project.container('web')).ExitCode, 9);
});

needs('script')('init: the terminal is for the command, and Ctrl-C reaches it once', async (t, project) => {
  project.compose(web('command: ["true"]'));
  const script = [
    'set -m && echo jobs are controlled; set +m',
    'trap "echo caught" INT; trap "exit 5" QUIT',
    'echo ready; while :; do sleep 0.1; done',
  ].join('; ');
  const line = project.command('run', '--rm', 'web', 'sh', '-c', script);
  const session = project.launch('script', ['-qec', line, '/dev/null'], { interactive: true });
  await session.prints('ready');
  session.stdin.write('\x03');
  await session.prints('caught');
  session.stdin.write('\x1c');
  const { code, stdout } = await session.ended;
  t.is(code, 5);
  t.regex(stdout, /jobs are controlled/);
  t.is(stdout.split('caught').length, 2);
});

withAnyRunner('init: the export of a bundle says that it has no init', async (t, project) => {
  project.compose(`${web('command: ["true"]')}  db: { command: ["true"] }\n`);
  const { code, stderr } = await project.tscompose('explain', '--format', 'oci', '-o', 'bundle');
  t.is(code, 0);
  t.deepEqual(stderr.match(/^warning\[bundle-init\].*\n.*$/gm), [
    'warning[bundle-init]: the command of `web` is PID 1 in the bundle: OCI runtimes have no init\n  --> compose.yaml:2:16',
  ]);
});
