import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { isNightly, patience } from '../patience.ts';
import { compiled } from './harness/compiled.ts';
import { eventually } from './harness/eventually.ts';
import { isAlive, namespaceOf } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';

const runner = process.env.SCENARIO_RUNNER ?? 'direct';
const isReexec = runner === 'reexec';

const scenario = needs('busybox', 'cc');

const ROUNDS = Math.ceil((isNightly && !isReexec ? 400 : 40) / patience);

/** A container with a program of `harness/`, which has said that it is ready. */
async function begin(
  project: Project,
  name: string,
  keys: string,
  ...words: readonly string[]
): Promise<void> {
  project.root();
  mkdirSync(project.path('data'));
  copyFileSync(compiled(name), project.path(`data/${name}`));
  project.compose(`services:
  web:
    rootfs: ./root
    command: ${JSON.stringify([`/data/${name}`, ...words])}
    volumes: ["./data:/data:ro"]
    environment: { X: 1 }
    stop_grace_period: 0s
    ${keys}
  other: { rootfs: ./root, command: [/bin/busybox, "true"], environment: { X: 1 }, profiles: [later], pid: "service:web" }
`);
  await project.up();
  await eventually('it attacks', async () => (await project.logs('web')).includes('ready'));
}

/** Runs a command in the container to its end. */
async function execute(project: Project, exec: object = {}): Promise<void> {
  const asked = { Cmd: ['/bin/busybox', 'true'], Env: [], Runner: runner, ...exec };
  const { Id } = await post(project, `/containers/${project.name}-web-1/exec`, asked);
  await post(project, `/exec/${Id}/start`, { Detach: true });
  await post(project, `/exec/${Id}/wait`);
}

/** Runs commands in a container that looks at all of its processes meanwhile; what it has seen, each thing once. */
async function attack(project: Project, keys: string, exec: object = {}): Promise<readonly string[]> {
  await begin(project, 'attacker', keys);
  for (let round = 0; round < ROUNDS; round++) await execute(project, exec);
  return await seenBy(project);
}

async function seenBy(project: Project): Promise<readonly string[]> {
  const log = await project.logs('web');
  return log.split('\n').filter((line) => line !== '' && line !== 'ready');
}

/** As the command line does it, without the start of Node. */
function post(project: Project, path: string, body: object = {}): Promise<{ readonly Id?: string }> {
  const socketPath = join(project.runDirectory, project.name, 'supervisor.sock');
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method: 'POST', path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        (response.statusCode ?? 500) < 300 ? resolve(JSON.parse(text || '{}')) : reject(new Error(text)),
      );
    });
    asking.on('error', reject).end(JSON.stringify(body));
  });
}

/** Lines of the attacker about one thing. */
const about = (seen: readonly string[], ...things: readonly string[]): readonly string[] =>
  seen.filter((line) => things.includes(line.split(' ')[0]!)).toSorted();

const isOfTheCommand = (line: string): boolean =>
  /^(exe \/bin\/busybox|root \/|cwd \/|(fd|exe|root|cwd|mem|environ|ns\/\w+) refused|mem opened)$/.test(
    line,
  ) ||
  /^fd (pipe:|socket:|\/(dev\/)?null)$/.test(line) ||
  /^environ PATH=\S+ HOSTNAME=\S+ (X=1 )?HOME=\/\w* $/.test(line);

function nothingIsSeen(t: ExecutionContext, seen: readonly string[]): void {
  const got = about(seen, 'exe', 'root', 'cwd', 'fd', 'mem', 'environ');
  t.deepEqual(
    got.filter((line) => !isOfTheCommand(line)),
    [],
  );
  // Those of the command, after its execve.
  for (const kind of ['mnt', 'net'])
    t.true(about(seen, `ns/${kind}`).filter((line) => !line.endsWith('refused')).length <= 1);
}

for (const [who, exec] of [
  ['root', {}],
  ['another user', { User: '1000' }],
] as const)
  scenario(
    `an exec of ${who} shows the container nothing of the host or of tscompose`,
    async (t, project) => {
      const seen = await attack(project, '', exec);
      nothingIsSeen(t, seen);
      t.true(seen.includes('exe refused'), 'it has looked at one before its execve');
      // What Linux shows to everybody who sees a process at all.
      t.deepEqual(about(seen, 'mountinfo', 'net/dev'), []);
      t.notRegex(about(seen, 'cmdline').join('\n'), /tscompose|supervise/);
    },
  );

// capabilities(7): CAP_SYS_PTRACE opens every process that is seen, whatever prctl(2) says.
scenario(
  'an exec shows a container that may trace everything no process with more than it has itself',
  async (t, project) => {
    const seen = await attack(project, 'cap_add: [SYS_PTRACE]');
    t.true(seen.includes('exe /memfd:tscompose-stage (deleted)'), 'it has looked at one before its execve');
    nothingIsSeen(
      t,
      seen.filter((line) => !['exe /memfd:tscompose-stage (deleted)', 'mem arena'].includes(line)),
    );
    t.deepEqual(about(seen, 'mountinfo', 'net/dev'), []);
  },
);

// Red without: successionSteps at the end of the start, with a process that is born in the PID namespace that it shares.
scenario(
  'the start of a container shows nothing of the host to the one whose PID namespace it shares',
  async (t, project) => {
    await begin(project, 'attacker', 'cap_add: [SYS_PTRACE]', project.directory);
    await project.ok('--runner', runner, 'create', 'other');
    const id = `${project.name}-other-1`;
    for (let round = 0; round < ROUNDS / 4; round++) {
      await post(project, `/containers/${id}/start`);
      await post(project, `/containers/${id}/wait`);
    }
    const seen = await seenBy(project);
    t.true(
      seen.some((line) => line.startsWith('exe /memfd:tscompose-stage')),
      'it has looked at one',
    );
    t.deepEqual(about(seen, 'host'), []);
    const isExpected =
      /^(exe \/memfd:tscompose-stage \(deleted\)|fd (anon_inode:|\S+-other-1\/std(out|err))|mem arena)$/;
    nothingIsSeen(
      t,
      seen.filter((line) => !isExpected.test(line) && !line.startsWith('ns/')),
    );
    for (const kind of ['mnt', 'net'])
      t.false(seen.includes(`ns/${kind} ${namespaceOf('self', kind)}`), 'a namespace of the host');
    t.notRegex(about(seen, 'cmdline').join('\n'), /tscompose|supervise/);
  },
);

// Red without: the copy of the arena for the heir in kernel/arena/heir.ts (the process of the host is killed), or keptExit()
// in kernel/launch/child.ts (the wait for a process that its tracer buries never ends).
scenario(
  'an exec that the container takes over, with its memory, harms nothing but itself',
  async (t, project) => {
    const bystander = spawn('sleep', ['1000'], { stdio: 'ignore' });
    try {
      await begin(project, 'hijacker', 'cap_add: [SYS_PTRACE, CHECKPOINT_RESTORE]', String(bystander.pid));
      const ways = ['killed', 'continued', 'buried'];
      await eventually('it has taken processes in every way', async () => {
        for (let round = 0; round < 12; round++) await execute(project).catch(() => {});
        const log = await project.logs('web');
        return ways.every((way) => log.split(way).length > 2);
      });
      t.deepEqual([bystander.exitCode, bystander.signalCode], [null, null]);
      t.is((await project.container('web')).State, 'running');
      t.is(project.complaints(), '');
      await project.takeDown();
    } finally {
      bystander.kill('SIGKILL');
    }
  },
);

// Red without: isStopped() in kernel/reexec/runner.ts, with which Node reports the end of a child that stops.
scenario('a container that makes the supervisor its tracer and stops has not ended', async (t, project) => {
  project.env.TSCOMPOSE_RUNNER = 'reexec';
  await begin(project, 'tracee', '');
  const { Pid } = await project.container('web');
  await eventually('it is stopped', () => /^State:\s+t/m.test(readFileSync(`/proc/${Pid}/status`, 'utf8')));
  await execute(project);
  t.like(await project.container('web'), { State: 'running', Pid });
  await project.takeDown();
  t.false(isAlive(Pid));
});
