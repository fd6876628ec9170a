import { spawn as startProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { exposureSteps, heirStep } from '../../../src/kernel/arena/heir.ts';
import { ARENA_ADDRESS, HEIR_ADDRESS, HEIR_OFFSET } from '../../../src/kernel/arena/layout.ts';
import { openStage } from '../../../src/kernel/direct/open-stage.ts';
import { directRunner } from '../../../src/kernel/direct/runner.ts';
import { openRouteSocket } from '../../../src/kernel/ffi/netlink/route-socket.ts';
import { Readiness } from '../../../src/kernel/ffi/readiness.ts';
import { execute } from '../../../src/kernel/launch/execute.ts';
import { launch, NO_WITNESS, type Values } from '../../../src/kernel/launch/launch.ts';
import { linkDel, linkSet } from '../../../src/kernel/netlink/link.ts';
import {
  call,
  inside,
  onHost,
  type Program,
  type Spawn,
  type Step,
} from '../../../src/kernel/program/program.ts';
import type { Runner } from '../../../src/kernel/program/runner.ts';
import { reexecRunner } from '../../../src/kernel/reexec/runner.ts';
import { eventually } from '../../scenarios/harness/eventually.ts';

const readiness = new Readiness();
const runners: readonly Runner[] = [
  reexecRunner(resolve(import.meta.dirname, '../../../dist/tscompose.js'), readiness),
  directRunner(openStage(), readiness),
];
let runner: Runner;
let directory: string;

/** Every runner must do the same with the same Program. */
const asRoot = (
  title: string,
  check: (t: ExecutionContext) => Promise<void>,
  candidates: readonly Runner[] = runners,
): void => {
  for (const candidate of candidates) {
    const declare = process.geteuid?.() === 0 ? test.serial : test.serial.skip;
    declare(`${candidate.name}: ${title}`, async (t) => {
      runner = candidate;
      directory = mkdtempSync(join(tmpdir(), 'tscompose-launch-'));
      t.teardown(() => rmSync(directory, { recursive: true, force: true }));
      await check(t);
    });
  }
};

/** Without the compiler of tsx, which lives as long as this process. */
/** Those that a Program may have left: ended ones, shells, and the stage. */
const children = (): readonly string[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter((pid) => pid !== '' && mayBeOurs(pid));

const mayBeOurs = (pid: string): boolean => {
  try {
    return /memfd:tscompose-stage|\/(da)?sh$/.test(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return true;
  }
};

const onlyDirect = runners.filter(({ name }) => name === 'direct');

const succession = [...exposureSteps, heirStep('CLONE_VFORK')];

const spawn: Spawn = {
  call: 'spawn',
  descriptors: ['$null', '$null', '$output', '$arena', '$sync', '$status', '$exposed'],
};

const program = (host: readonly Step[], child: readonly Step[]): Program =>
  withCommand('echo $0 >&2; exit 7', host, child);

const withCommand = (script: string, host: readonly Step[], child: readonly Step[] = []): Program => ({
  name: 'test-1',
  sections: [
    {
      title: 'all',
      steps: [
        ...host,
        onHost('is born', spawn),
        onHost('goes on', call('write', '$sync', '\u0001\0\0\0\0\0\0\0')),
        inside('lives', call('write', '$status', '1')),
        ...child,
        inside('nothing is inherited', call('close_range', 3, 0xffffffff, 'CLOSE_RANGE_CLOEXEC')),
        inside('streams stay', call('fcntl', 2, 'F_SETFD', 0)),
        inside('becomes the command', call('execve', '/bin/sh', ['sh', '-c', script], [])),
      ],
    },
  ],
});

const run = async (host: readonly Step[], child: readonly Step[], more: Values = {}) => {
  const [nothing, output] = [openSync('/dev/null', 'r+'), openSync(join(directory, 'output'), 'w')];
  const socket = openRouteSocket();
  const values = { $null: nothing, $output: output, '$host.netlink': socket, ...more };
  const launched = await launch(program(host, child), runner, values, NO_WITNESS);
  const exit = launched.ok ? await launched.process.exited : undefined;
  for (const fd of [nothing, output, socket]) closeSync(fd);
  return { launched, exit, output: readFileSync(join(directory, 'output'), 'utf8') };
};

const failing = inside('fails', call('mount', 'none', '/nowhere', 'nothing', '', null));

asRoot('the process becomes the command, and its exit status comes back', async (t) => {
  const { launched, exit, output } = await run([], []);
  t.true(launched.ok);
  t.deepEqual(exit, { code: 7, signal: 0 });
  t.is(output, 'sh\n');
});

asRoot(
  'a step that fails inside is named with its errno, and the host steps are undone, last first',
  async (t) => {
    const made = ['a', 'a/b'].map((name) =>
      onHost('makes', call('mkdirat', 'AT_FDCWD', join(directory, name), 0o755), {
        undo: call('unlinkat', 'AT_FDCWD', join(directory, name), 'AT_REMOVEDIR'),
      }),
    );
    const { launched } = await run(made, [inside('fine', call('umask', 0)), failing]);
    if (launched.ok) return t.fail('it must not start');
    t.like(launched.failure, { kind: 'errno', errno: 2, number: 7 });
    t.is(launched.failure.step, failing);
    t.is(launched.undone.length, 2);
    t.false(existsSync(join(directory, 'a')));
  },
);

asRoot('a host step that fails undoes those before it, and no process is left', async (t) => {
  const host = [
    onHost('makes', call('mkdirat', 'AT_FDCWD', join(directory, 'a'), 0o755), {
      undo: call('unlinkat', 'AT_FDCWD', join(directory, 'a'), 'AT_REMOVEDIR'),
    }),
    onHost('fails', call('mkdirat', 'AT_FDCWD', join(directory, 'no/such'), 0o755)),
  ];
  const { launched } = await run(host, []);
  t.like(launched, { ok: false, failure: { kind: 'errno', errno: 2, number: 2 } });
  t.false(existsSync(join(directory, 'a')));
});

asRoot('a tolerated error is no failure and leaves out the steps that it says', async (t) => {
  const { launched } = await run(
    [],
    [
      inside('may be missing', call('openat', 'AT_FDCWD', '/nowhere', 'O_RDONLY', 0), {
        tolerate: 'ENOENT',
        skip: 1,
      }),
      failing,
    ],
  );
  t.true(launched.ok);
});

asRoot('a result goes where a later step takes it', async (t) => {
  const path = join(directory, 'written');
  await run(
    [],
    [
      inside('opens', call('openat', 'AT_FDCWD', path, 'O_WRONLY|O_CREAT', 0o600), { as: 'file' }),
      inside('moves', call('dup3', '$file', 200, 'O_CLOEXEC')),
      inside('writes', call('write', 200, 'twice ')),
      inside('writes', call('write', 200, 'used')),
    ],
  );
  t.is(readFileSync(path, 'utf8'), 'twice used');
});

asRoot('a request that rtnetlink refuses stops the Program, on either side', async (t) => {
  const answered = (on: typeof inside, socket: number | '$host.netlink'): readonly Step[] => [
    on('answer', call('readv', socket, [16, '$refused', 64])),
    on('is 0', call('getrandom', 0, 0, '$refused')),
  ];
  const host = [
    onHost('no such link', call('sendto', '$host.netlink', linkDel('tscnone'))),
    ...answered(onHost, '$host.netlink'),
  ];
  t.like((await run(host, [])).launched, {
    ok: false,
    failure: { number: 1, errno: 19, step: { call: 'sendto' } },
  });

  const socket = [
    inside('socket', call('socket', 'AF_NETLINK', 'SOCK_RAW|SOCK_CLOEXEC', 0), { as: 'socket' }),
    inside('number', call('dup3', '$socket', 90, 'O_CLOEXEC')),
  ];
  const good = [
    ...socket,
    inside('lo', call('sendto', 90, linkSet(1, { up: true }))),
    ...answered(inside, 90),
  ];
  t.true((await run([], good)).launched.ok);
  const bad = [
    ...socket,
    inside('none', call('sendto', 90, linkSet(9999, { up: true }))),
    ...answered(inside, 90),
  ];
  t.like((await run([], bad)).launched, { ok: false, failure: { step: { call: 'sendto' }, errno: 19 } });
});

asRoot('a process that dies before its command is told from one that failed', async (t) => {
  // kill(2) with 0 means the process group; a session of its own keeps the signal from the test.
  const child = [inside('alone', call('setsid')), inside('ends itself', call('kill', 0, 'SIGKILL'))];
  const { launched } = await run([], child);
  t.like(launched, { ok: false, failure: { kind: 'died', exit: { signal: 9 } } });
});

asRoot('descriptors are given back, whether it starts or not', async (t) => {
  await run([], []);
  await run([], [failing]);
  const before = readdirSync('/proc/self/fd').length;
  for (let round = 0; round < 3; round++) {
    await run([], []);
    await run([], [failing]);
  }
  t.is(readdirSync('/proc/self/fd').length, before);
});

asRoot(
  'a child takes over where the Program clones, and it is the process from then on',
  async (t) => {
    const before = children();
    const { launched, exit, output } = await run([], [inside('alone', call('setsid')), ...succession]);
    t.true(launched.ok);
    t.deepEqual([exit, output], [{ code: 7, signal: 0 }, 'sh\n']);
    t.like((await run([], [...succession, failing])).launched, {
      ok: false,
      failure: { kind: 'errno', errno: 2, number: 8 },
    });
    const ends = [inside('alone', call('setsid')), inside('ends itself', call('kill', 0, 'SIGKILL'))];
    t.like((await run([], [...succession, ...ends])).launched, {
      ok: false,
      failure: { kind: 'died', exit: { signal: 9 } },
    });
    // Tests of other files in this process have children as well: those that begin meanwhile come to their end.
    const left = children().filter((pid) => !before.includes(pid));
    await eventually('no child stays', () => !children().some((pid) => left.includes(pid)));
    t.pass();
  },
  onlyDirect,
);

asRoot(
  'an heir, which a container may control, changes nothing that the supervisor believes',
  async (t) => {
    // Red without: madvise(MADV_DONTFORK) in heir.ts, or the mmap of $exposed there.
    const forged = [
      inside('no such memory', call('getrandom', HEIR_ADDRESS + HEIR_OFFSET, 4, 0), { tolerate: 'EFAULT' }),
      inside('its own memory', call('getrandom', ARENA_ADDRESS + HEIR_OFFSET, 4, 0)),
    ];
    const { launched, exit, output } = await run([], [...succession, ...forged]);
    t.true(launched.ok);
    t.deepEqual([exit, output], [{ code: 7, signal: 0 }, 'sh\n']);
  },
  onlyDirect,
);

asRoot(
  'a process that is not a child of the supervisor is refused',
  async (t) => {
    // Red without: isChild() in launch.ts.
    const [, , exposure] = exposureSteps;
    const forged = [
      inside('a PID of no child', call('getrandom', ARENA_ADDRESS + HEIR_OFFSET + 1, 3, 0)),
      exposure!,
      inside('a clone that is not recorded', call('clone', 'CLONE_PARENT|CLONE_VFORK')),
    ];
    t.like((await run([], forged)).launched, { ok: false, failure: { kind: 'errno', errno: 10 } });
  },
  onlyDirect,
);

asRoot('a process that cannot be made is a step that fails, and the next one can', async (t) => {
  const back = call('setns', '$host.pid', 'CLONE_NEWPID');
  // pid_namespaces(7): there are no more processes once the first has ended.
  const { first, ended } = childProcessOf(['unshare', '--pid', '--fork', 'sleep', '1000']);
  const namespace = openSync(`/proc/${await first}/ns/pid`, 'r');
  process.kill(await first, 'SIGKILL');
  await ended;
  const own = openSync('/proc/self/ns/pid', 'r');
  const host = [
    onHost('goes where nobody can be born', call('setns', '$dead', 'CLONE_NEWPID'), { undo: back }),
  ];
  const { launched } = await run(host, [], { $dead: namespace, '$host.pid': own });
  if (launched.ok) return t.fail('it must not start');
  t.like(launched.failure, { kind: 'errno', step: { call: 'spawn' }, number: 2 });
  const again = onHost('a new one', call('unshare', 'CLONE_NEWPID'), { undo: back });
  t.true((await run([again], [], { '$host.pid': own })).launched.ok);
  t.is(execute({ ...back, args: [own, 'CLONE_NEWPID'] }), 0);
  for (const fd of [namespace, own]) closeSync(fd);
});

/** A command whose child is the first process of a PID namespace. */
const childProcessOf = ([command = '', ...args]: readonly string[]) => {
  const parent = startProcess(command, args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => parent.once('exit', resolve));
  const children = `/proc/${parent.pid}/task/${parent.pid}/children`;
  const first = (async () => {
    for (;;) {
      const child = readFileSync(children, 'utf8').trim();
      if (child !== '') return Number(child);
      await new Promise((next) => setImmediate(next));
    }
  })();
  return { first, ended };
};

asRoot('a program that is killed before anybody looks has run, though memory is short', async (t) => {
  const [nothing, output] = [openSync('/dev/null', 'r+'), openSync(join(directory, 'output'), 'w')];
  let pid = 0;
  const launching = launch(
    withCommand('kill -9 $$', []),
    runner,
    { $null: nothing, $output: output },
    {
      born: (newborn) => {
        pid = newborn;
      },
      isStarved: () => true,
    },
  );
  // The supervisor is busy until the process is a zombie.
  while (!/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
  const launched = await launching;
  t.true(launched.ok);
  if (launched.ok) t.deepEqual(await launched.process.exited, { code: 0, signal: 9 });
  for (const fd of [nothing, output]) closeSync(fd);
});
