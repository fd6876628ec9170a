import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { kill } from 'node:process';
import { patience } from '../patience.ts';
import { askSupervisor } from './harness/containers.ts';
import { eventually } from './harness/eventually.ts';
import { nothingWasMade } from './harness/failure.ts';
import { hostStatus, isAlive } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { scenario, whenNightly } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const sleeps = 'command: [sleep, "1000"], stop_grace_period: 0s';

/** The next supervisor, as soon as it answers; no command is given meanwhile. */
const nextSupervisor = async (project: Project, before: number): Promise<number> => {
  const next = await eventually('there is another supervisor', () =>
    project.supervisors().find((pid) => pid !== before),
  );
  await eventually('it answers', () => askSupervisor(`${project.runDirectory}/${project.name}`, []));
  return next;
};

/** Kills the supervisor, and keeps the guardian from starting another while something happens. */
const inTheGap = async (project: Project, happens: () => Promise<unknown>): Promise<void> => {
  const [supervisor, guardian] = [project.supervisor()!, project.guardian()!];
  kill(guardian, 'SIGSTOP');
  kill(supervisor, 'SIGKILL');
  await eventually('it is dead', () => !isAlive(supervisor));
  await happens();
  kill(guardian, 'SIGCONT');
  await nextSupervisor(project, supervisor);
};

const parentOf = (pid: number): number => Number(hostStatus(pid, 'PPid'));

/** Whether a process waits for changes of a directory. */
const watches = (pid: number): boolean => {
  try {
    return opened(pid).some((file) => file.endsWith('inotify'));
  } catch {
    return false;
  }
};

/** Of the project alone, without asking a command. */
const stateOf = async (project: Project, service: string) =>
  (await askSupervisor(`${project.runDirectory}/${project.name}`, [service]))?.[0];

scenario('kill -9 of the supervisor: it comes back by itself, and the logs go on', async (t, project) => {
  project.compose(
    `services:\n  web: { ${shell('i=0; while :; do i=$((i+1)); echo line $i; sleep 0.02; done')}, stop_grace_period: 0s }\n`,
  );
  await project.up();
  const { Pid } = await project.container('web');
  const [first, guardian] = [project.supervisor()!, project.guardian()!];
  t.is(parentOf(first), guardian);
  const environment = readFileSync(`/proc/${first}/environ`, 'latin1');
  const limits = readFileSync(`/proc/${first}/limits`, 'utf8');
  kill(first, 'SIGKILL');
  const second = await nextSupervisor(project, first);
  t.is((await stateOf(project, 'web'))?.Pid, Pid);
  t.is(parentOf(second), guardian);
  t.is(readFileSync(`/proc/${second}/environ`, 'latin1'), environment);
  t.is(readFileSync(`/proc/${second}/limits`, 'utf8'), limits);
  t.is(
    readFileSync(`/proc/${second}/oom_score_adj`, 'utf8'),
    readFileSync('/proc/self/oom_score_adj', 'utf8'),
  );
  // PR_SET_DUMPABLE: what is not to be inspected belongs to root, whatever its user.
  const lines = (await project.logs('web')).trim().split('\n');
  t.true(lines.every((line, index) => line === `line ${index + 1}`));
  await eventually(
    'it goes on printing',
    async () => (await project.logs('web')).split('\n').length > lines.length + 5,
  );
  t.is(project.complaints(), '');
  await project.change('down');
  await eventually('the guardian ends with it', () => !isAlive(guardian));
  await nothingWasMade(project);
});

scenario('the guardian holds nothing of its caller, and containers nothing of it', async (t, project) => {
  project.compose(`services:\n  web: { ${sleeps} }\n`);
  // The command ends only when nobody has its output open any more.
  await project.ok('up', '-d');
  const [guardian, { Pid }] = [project.guardian()!, await project.container('web')];
  for (const fd of [0, 1, 2]) t.is(readlinkSync(`/proc/${guardian}/fd/${fd}`), '/dev/null');
  t.is(hostStatus(guardian, 'Name'), 'tscompose-guard');
  t.regex(
    readFileSync(`/proc/${guardian}/cmdline`, 'latin1'),
    new RegExp(`^tscompose\0guardian\0${project.name}\0+$`),
  );
  t.is(readFileSync(`/proc/${Pid}/oom_score_adj`, 'utf8'), readFileSync('/proc/self/oom_score_adj', 'utf8'));
  t.is(hostStatus(Pid, 'SigBlk'), '0000000000000000');
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${guardian}/status`, 'utf8'))![1]);
  t.true(kilobytes <= 40, `${kilobytes} KB`);
});

scenario('exit codes of containers that end while no supervisor runs are kept', async (t, project) => {
  const ends = (code: number) =>
    `${shell(`trap "exit ${code}" USR1; echo ready; while :; do sleep 0.1; done`)}`;
  project.compose(`services:
  zero: { ${ends(0)} }
  seven: { ${ends(7)} }
  killed: { ${sleeps} }
  stays: { ${sleeps} }
`);
  await project.up();
  await eventually('they are ready', async () => (await project.logs()).split('ready').length === 3);
  const pid = async (service: string) => (await project.container(service)).Pid;
  const [zero, seven, killed] = [await pid('zero'), await pid('seven'), await pid('killed')];
  // The guardian is stopped, and reaps them when it goes on.
  await inTheGap(project, async () => {
    kill(zero, 'SIGUSR1');
    kill(seven, 'SIGUSR1');
    kill(killed, 'SIGTERM');
    kill(killed, 'SIGKILL');
    await eventually('they have ended', () => ![zero, seven, killed].some(isAlive));
  });
  const code = async (service: string) => (await stateOf(project, service))?.ExitCode;
  // Red without: keptExit in bury of adopt.ts.
  await eventually('they are buried', async () => (await stateOf(project, 'zero'))?.State === 'exited');
  t.deepEqual([await code('zero'), await code('seven'), await code('killed')], [0, 7, 137]);
  t.is((await stateOf(project, 'stays'))?.State, 'running');
});

scenario('exit codes of adopted containers are those of their processes [kernel]', async (t, project) => {
  const ends = shell('trap "exit 9" USR1; echo ready; while :; do sleep 0.1; done');
  project.compose(`services:\n  web: { ${ends} }\n  stays: { ${sleeps} }\n`);
  await project.up();
  await eventually('it is ready', async () => (await project.logs('web')).includes('ready'));
  const [{ Pid }, first] = [await project.container('web'), project.supervisor()!];
  kill(first, 'SIGKILL');
  await nextSupervisor(project, first);
  kill(Pid, 'SIGUSR1');
  await eventually('it has ended', async () => (await stateOf(project, 'web'))?.State === 'exited');
  t.is((await stateOf(project, 'web'))?.ExitCode, 9);
});

scenario('a killed guardian is followed by another, which does the same', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const { Pid } = await project.container('web');
  const [supervisor, first] = [project.supervisor()!, project.guardian()!];
  kill(first, 'SIGKILL');
  const second = await eventually('there is another guardian', () => {
    const pid = project.guardian();
    return pid !== first && pid;
  });
  t.is(project.supervisor(), supervisor, 'the supervisor goes on');
  t.is(parentOf(second), supervisor);
  kill(supervisor, 'SIGKILL');
  const next = await nextSupervisor(project, supervisor);
  t.is(parentOf(next), second);
  t.is(project.guardian(), second);
  t.is((await stateOf(project, 'web'))?.Pid, Pid);
  // And once more, with the one that has started the supervisor.
  kill(next, 'SIGKILL');
  t.is(parentOf(await nextSupervisor(project, next)), second);
  await project.changeAtOnce('down');
  await eventually('the guardian ends with it', () => !isAlive(second));
});

scenario('a guardian that only watches ends with its supervisor', async (t, project) => {
  project.compose(`services:\n  web: { ${sleeps} }\n`);
  await project.up();
  const first = project.guardian()!;
  kill(first, 'SIGKILL');
  const second = await eventually('there is another guardian', () => {
    const pid = project.guardian();
    return pid !== first && pid;
  });
  await project.change('down');
  const later: number[] = [];
  await eventually('it has ended', () => {
    later.push(...project.supervisors());
    return !isAlive(second);
  });
  // Red without: the signal in leave of guardian.ts.
  t.deepEqual(later, [], 'it starts no other');
  await nothingWasMade(project);
});

scenario('kill -9 of both: the next command starts both', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const { Pid } = await project.container('web');
  const guardian = project.guardian();
  await project.endSupervision();
  t.true(isAlive(Pid));
  t.is((await project.container('web')).Pid, Pid);
  t.not(project.guardian(), guardian);
  t.is(parentOf(project.supervisor()!), project.guardian()!);
});

scenario('SIGTERM of the supervisor: the guardian starts it anew', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const [{ Pid }, first] = [await project.container('web'), project.supervisor()!];
  kill(first, 'SIGTERM');
  await nextSupervisor(project, first);
  t.is((await stateOf(project, 'web'))?.Pid, Pid);
});

scenario('commands that come while no supervisor runs wait for the guardian’s', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const [{ Pid }, first, guardian] = [
    await project.container('web'),
    project.supervisor()!,
    project.guardian()!,
  ];
  kill(guardian, 'SIGSTOP');
  kill(first, 'SIGKILL');
  const commands = [['ps'], ['up', '-d'], ['logs', 'web']].map((words) => project.begin(words));
  // It waits for the guardian's, or has taken its place.
  await eventually('a command has started one as well', () =>
    project.supervisors().some((pid) => pid !== first && watches(pid)),
  );
  kill(guardian, 'SIGCONT');
  const results = await Promise.all(commands.map(({ ended }) => ended));
  t.deepEqual(
    results.map(({ code }) => code),
    [0, 0, 0],
    results.map(({ stderr }) => stderr).join('\n'),
  );
  t.is((await project.container('web')).Pid, Pid);
  await eventually('the others leave', () => project.supervisors().length === 1);
  // Red without: guardianElsewhere in claim.ts.
  t.is(project.guardian(), guardian);
  t.is(parentOf(project.supervisor()!), guardian);
});

// The pauses alone take sixteen seconds.
whenNightly()(
  'a supervisor that cannot start any more: the guardian gives up, and the next command says so',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n`);
    await project.up();
    const [{ Pid }, guardian] = [await project.container('web'), project.guardian()!];
    while (isAlive(guardian)) {
      const supervisor = project.supervisor();
      if (supervisor !== undefined) kill(supervisor, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    t.is(project.supervisor(), undefined);
    const { code, stdout, stderr } = await project.tscompose('ps');
    t.is(code, 0);
    t.regex(stderr, /warning\[supervisor-error\].*again and again/);
    t.regex(stdout, new RegExp(`\\b${Pid}\\b`));
    t.is(parentOf(project.supervisor()!), project.guardian()!);
  },
);

const LAST_WORDS = Array.from({ length: 1000 }, (_, index) => `line ${index + 1}\n`).join('');

/** Prints for the last time when it is told to. */
const speaksAtTheEnd = shell(
  'last() { i=0; while [ $i -lt 1000 ]; do i=$((i+1)); echo line $i; done; echo over >&2; exit 3; }; trap last USR1; echo ready; while :; do sleep 0.1; done',
);

/** Kills the supervisor: a container prints and ends before the next one is there. */
const lastWordsInTheGap = async (project: Project, service: string): Promise<string> => {
  const { Pid } = await project.container(service);
  await inTheGap(project, async () => {
    kill(Pid, 'SIGUSR1');
    await eventually('it has ended', () => !isAlive(Pid));
  });
  const { stdout, stderr } = await project.tscompose('logs', '--no-log-prefix', service);
  // Of two streams, there is no order between them.
  return stdout.replace('over\n', '') + (stdout.includes('over\n') ? 'over\n' : stderr);
};

/** What a process has open. */
const opened = (pid: number): readonly string[] =>
  readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));

/** The descriptors that are parked. */
const parkedBy = (guardian: number): number =>
  [3, 4]
    .map((fd) => /^scm_fds:\s*(\d+)$/m.exec(readFileSync(`/proc/${guardian}/fdinfo/${fd}`, 'latin1'))?.[1])
    .reduce((sum, count) => sum + Number(count), 0);

// Red without: the sockets of the guardian, or `park` in open-streams.ts; that of adopt.ts; the pair of spawnGuardian.
scenario('what containers print last while no supervisor runs is in the log', async (t, project) => {
  project.compose(`services:
  first: { ${speaksAtTheEnd} }
  second: { ${speaksAtTheEnd} }
  third: { ${speaksAtTheEnd} }
  stays: { ${sleeps} }
`);
  await project.up();
  await eventually('they are ready', async () => (await project.logs()).split('ready').length === 4);
  const expected = `ready\n${LAST_WORDS}over\n`;
  t.is(await lastWordsInTheGap(project, 'first'), expected);
  // One that was adopted.
  t.is(await lastWordsInTheGap(project, 'second'), expected);
  await project.change('restart', 'stays');
  t.false(opened((await project.container('stays')).Pid).some((file) => file.startsWith('socket')));
  const guardian = project.guardian()!;
  kill(guardian, 'SIGKILL');
  await eventually('there is another guardian', () => ![guardian, undefined].includes(project.guardian()));
  t.is(await lastWordsInTheGap(project, 'third'), expected);
  // Of `stays`.
  t.is(parkedBy(project.guardian()!), 2);
  t.is(project.complaints(), 'the guardian of this supervisor was killed\n');
});

scenario('descriptors of containers that have ended do not add up', async (t, project) => {
  project.compose(`services:\n  web: { command: ["true"], scale: 100 }\n  stays: { ${sleeps} }\n`);
  await project.up();
  await eventually('they have ended', async () =>
    (await project.containers('web')).every(({ State }) => State === 'exited'),
  );
  const parked = parkedBy(project.guardian()!);
  // Red without: `change` in parking.ts.
  t.true(parked >= 2 && parked < 2 + 2 * 64, `${parked}`);
});

scenario('a damaged file of exits is no reason to fail', async (t, project) => {
  project.compose(`services:\n  web: { ${sleeps} }\n  stays: { ${sleeps} }\n`);
  await project.up();
  const { Pid } = await project.container('web');
  writeFileSync(`${project.runDirectory}/${project.name}/exits`, Buffer.alloc(2000, 0xff));
  await inTheGap(project, async () => {
    kill(Pid, 'SIGKILL');
    await eventually('it has ended', () => !isAlive(Pid));
  });
  t.is((await project.container('web')).ExitCode, 137, 'it was written over');
});

/** Prints as long as it runs, so that the supervisor is killed in the middle of it. */
const counts = (last: number) =>
  shell(`i=0; while [ $i -lt ${last} ]; do i=$((i+1)); echo line $i; done; echo over >&2; exit 3`);

scenario(
  'logs -f and an attached up go on with the next supervisor, and lose no line',
  async (t, project) => {
    const lines = Math.ceil(50_000 / patience);
    project.compose(`services:\n  web: { ${counts(lines)} }\n  stays: { ${sleeps} }\n`);
    const up = project.begin([
      'up',
      '--no-log-prefix',
      '--no-color',
      '--attach',
      'web',
      '--exit-code-from',
      'web',
    ]);
    await up.prints('line 10\n');
    const follow = project.begin(['logs', '-f', '--no-log-prefix', 'web']);
    await follow.prints('line 10\n');
    const first = project.supervisor()!;
    kill(first, 'SIGKILL');
    await nextSupervisor(project, first);
    const numbers = (text: string) =>
      [...text.matchAll(/^line (\d+)$/gm)].map(([, number]) => Number(number));
    const expected = Array.from({ length: lines }, (_, index) => index + 1);
    const ended = await follow.ended;
    t.is(ended.code, 0, ended.stderr);
    // Red without: acrossSupervisors in follow.ts.
    t.deepEqual(numbers(ended.stdout), expected);
    // Red without: the open() after a close in events of http-client.ts.
    const { code, stdout, stderr } = await up.ended;
    t.is(code, 3, stderr);
    t.deepEqual(numbers(stdout), expected);
  },
);

/** Kills the supervisor, and keeps the next one waiting for its lock while the guardian sees what happens. */
const whileItWaits = async (project: Project, happens: () => Promise<unknown>): Promise<void> => {
  const lock = `${project.runDirectory}/${project.name}/lock`;
  const holder = project.launch('flock', [lock, 'sh', '-c', 'echo held; read -r _'], { interactive: true });
  await eventually('it waits for the lock', () => /-> FLOCK/.test(readFileSync('/proc/locks', 'utf8')));
  kill(project.supervisor()!, 'SIGKILL');
  await holder.prints('held');
  await happens();
  holder.stdin.end('\n');
};

scenario(
  'exits while no supervisor runs end an attached up, and the first of them gives its status',
  async (t, project) => {
    const ends = (code: number): string =>
      shell(`trap "exit ${code}" USR1; echo ready; while :; do sleep 0.1; done`);
    project.compose(
      `services:\n  second: { ${ends(3)} }\n  z-first: { ${ends(4)} }\n  stays: { ${sleeps} }\n`,
    );
    const attached = async (...options: readonly string[]): Promise<number | null> => {
      const up = project.begin(['up', ...options]);
      for (const service of ['second', 'z-first']) await up.prints(new RegExp(`${service}-1 +\\| ready`));
      const pids: number[] = [];
      for (const service of ['z-first', 'second']) pids.push((await project.container(service)).Pid);
      await whileItWaits(project, async () => {
        for (const pid of pids) {
          kill(pid, 'SIGUSR1');
          await eventually('the guardian has reaped it', () => !existsSync(`/proc/${pid}`));
        }
      });
      const { code } = await up.ended;
      t.is((await project.container('stays')).State, 'exited');
      await project.changeAtOnce('down');
      return code;
    };
    // Red without: `after` of watchProject (it does not end), or the order of ends in adopt.ts (3).
    t.is(await attached('--abort-on-container-exit'), 4);
    t.is(await attached('--exit-code-from', 'second'), 3);
  },
);

// Red without: the timer in claim.ts. It takes fifteen seconds.
whenNightly()('a guardian that is stopped does not keep commands waiting for ever', async (t, project) => {
  project.compose(`services:\n  web: { ${sleeps} }\n`);
  await project.up();
  const [{ Pid }, supervisor, guardian] = [
    await project.container('web'),
    project.supervisor()!,
    project.guardian()!,
  ];
  kill(guardian, 'SIGSTOP');
  kill(supervisor, 'SIGKILL');
  t.regex(await project.ok('ps'), new RegExp(`\\b${Pid}\\b`));
  t.false(isAlive(guardian));
  t.is(parentOf(project.supervisor()!), project.guardian()!);
});
