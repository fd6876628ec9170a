import test from 'ava';
import type { ContainerSummary } from '../../../src/api/calls/containers.ts';
import { follower } from '../../../src/cli/logs/follow.ts';
import { logPrinter } from '../../../src/cli/logs/printer.ts';
import { container } from '../container.ts';

type Life = {
  readonly output: string;
  readonly mark?: string;
  /** Turns of the event loop until the output has come; 1 by default. */
  readonly turns?: number;
  readonly after: Partial<ContainerSummary>;
};

/** A project whose containers write what is given, one life after the other, each then being as given. */
const following = (
  lives: Readonly<Record<string, Life[]>>,
  wanted = Object.keys(lives),
  settle = (now: ContainerSummary): ContainerSummary => now,
) => {
  const lines: string[] = [];
  const gone = new Set<string>();
  const now = new Map(Object.keys(lives).map((Service) => [Service, container({ Service })]));
  const reads: string[] = [];
  const printer = logPrinter({
    prefixed: true,
    color: false,
    write: (_, bytes) => lines.push(bytes.toString()),
  });
  const follow = follower({
    client: {
      wait: async (id) => {
        const found = [...now.values()].find(({ Id }) => Id === id)!;
        now.set(found.Service, { ...found, ...lives[found.Service]!.shift()!.after });
        return 0;
      },
      settled: async () => {
        for (const [service, each] of now) if (lives[service]!.length > 0) now.set(service, settle(each));
      },
      containers: async (all) =>
        [...now.values()].filter(({ State, Service }) => !gone.has(Service) && (all || State === 'running')),
    },
    logs: async (id, options, onChunk, onMark) => {
      const found = [...now.values()].find(({ Id }) => Id === id)!;
      reads.push(`${found.Service} since ${options.since} after ${options.after}`);
      const life = lives[found.Service]!.shift()!;
      for (let turn = life.turns ?? 1; turn > 0; turn--)
        await new Promise((resolve) => setImmediate(resolve));
      onChunk('stdout', Buffer.from(`${new Date().toISOString()} ${life.output}`));
      if (life.mark) onMark?.(life.mark);
      now.set(found.Service, { ...found, ...life.after });
    },
    printer,
    timestamps: false,
    wants: ({ Service }) => wanted.includes(Service),
    isAwaited: ({ Service }) => !Service.startsWith('dependency'),
    isPrinted: ({ Service }) => !Service.startsWith('quiet'),
    sayExit: (text) => lines.push(`${text}\n`),
  });
  const become = (service: string, after: Partial<ContainerSummary>): void =>
    void now.set(service, { ...now.get(service)!, ...after });
  return {
    follow,
    lines,
    reads,
    become,
    remove: (service: string) => void gone.add(service),
    containers: () => [...now.values()],
  };
};

const ended = { State: 'exited', ExitCode: 0 } as const;

test('it prints until all have ended, and says how each did', async (t) => {
  const { follow, lines, containers } = following({
    web: [{ output: 'hello\n', after: { ...ended, ExitCode: 3 } }],
    db: [{ output: 'half a line', after: { ...ended, ExitCode: 137, OOMKilled: true } }],
  });
  follow.follow(containers(), { since: 1 });
  await follow.done;
  t.deepEqual(lines.sort(), [
    'db-1   | half a line\n',
    'db-1 exited with code 137 (out of memory)\n',
    'web-1  | hello\n',
    'web-1 exited with code 3\n',
  ]);
});

/** Red without: the exit of `exited` in followToEnd of follow.ts. */
test('the exit of a container that was removed meanwhile is said', async (t) => {
  const { follow, lines, containers, remove } = following({ web: [{ output: 'hello\n', after: ended }] });
  const [web] = containers() as [ContainerSummary];
  follow.follow([web], {});
  remove('web');
  const which = { container: web.Name, service: 'web', number: 1, oneOff: false };
  follow.event({ type: 'container.exited', ...which, exitCode: 143, oomKilled: false, time: 1 });
  await follow.done;
  t.is(lines.at(-1), 'web-1 exited with code 143\n');
});

/** Red without: the name of `container` in followToEnd of follow.ts. */
test('the exit of a container that is replaced is said with its own name', async (t) => {
  const { follow, lines, containers } = following({
    web: [{ output: 'hello\n', after: { ...ended, Name: '65beb45d196a_app-web-1' } }],
  });
  follow.follow(containers(), {});
  await follow.done;
  t.is(lines.at(-1), 'web-1 exited with code 0\n');
});

test('containers that are not wanted are left alone', async (t) => {
  const { follow, lines, containers } = following({ web: [{ output: 'a\n', after: ended }], db: [] }, [
    'web',
  ]);
  follow.follow(containers(), {});
  await follow.done;
  t.deepEqual(lines, ['web-1  | a\n', 'web-1 exited with code 0\n']);
});

test('a container that is not printed is waited for, and says how it exited', async (t) => {
  const { follow, lines, containers, reads } = following({
    quiet: [{ output: 'unseen\n', after: { ...ended, ExitCode: 2 } }],
  });
  follow.follow(containers(), {});
  await follow.done;
  t.deepEqual(lines, ['quiet-1 exited with code 2\n']);
  t.deepEqual(reads, []);
});

test('it ends with the awaited containers, whatever others do', async (t) => {
  const { follow, lines, containers } = following({
    dependency: Array.from({ length: 20 }, () => ({ output: 'b\n', after: {} })),
    web: [{ output: 'a\n', after: ended }],
  });
  follow.follow(containers(), {});
  await follow.done;
  t.true(lines.some((line) => line.endsWith('| b\n')));
  t.is(lines.filter((line) => line.includes('exited')).join(''), 'web-1 exited with code 0\n');
});

/** Red without: `last` in follow.ts. */
test('the exit code of a container whose restart failed for good is the last one', async (t) => {
  const restarting = { State: 'restarting', ExitCode: 3 } as const;
  const { follow, lines, become, containers } = following({ web: [{ output: 'a\n', after: restarting }] });
  const [{ Name }] = containers() as [ContainerSummary];
  const which = { container: Name, service: 'web', number: 1, oneOff: false } as const;
  const exited = { type: 'container.exited', ...which } as const;
  follow.follow(containers(), {});
  follow.event({ ...exited, exitCode: 3, oomKilled: false, time: 1, restarts: true });
  await new Promise((resolve) => setTimeout(resolve, 20));
  become('web', { ...ended, ExitCode: 127 });
  follow.event({ ...exited, exitCode: 127, oomKilled: false, time: 2 });
  await follow.done;
  t.deepEqual(lines, [
    'web-1  | a\n',
    'web-1 exited with code 3 (restarting)\n',
    'web-1 exited with code 127\n',
  ]);
});

test('without containers it is over at once', async (t) => {
  const { follow } = following({});
  follow.follow([], {});
  await t.notThrowsAsync(follow.done);
});

test('a container that was restarted meanwhile is read on, from its position', async (t) => {
  const { follow, lines, reads, containers } = following({
    web: [
      { output: 'first life\n', mark: '1:0:11:0', after: { State: 'running' } },
      { output: 'second life\n', after: ended },
    ],
  });
  follow.follow(containers(), { since: 1 });
  await follow.done;
  t.deepEqual(lines, ['web-1  | first life\n', 'web-1  | second life\n', 'web-1 exited with code 0\n']);
  t.deepEqual(reads, ['web since 1 after undefined', 'web since undefined after 1:0:11:0']);
});

test('a container that ends to be started again is not the end of all', async (t) => {
  const { follow, lines, containers } = following(
    {
      web: [
        { output: 'first life\n', after: ended },
        { output: 'second life\n', after: ended },
      ],
    },
    ['web'],
    (now) => ({ ...now, State: 'running' }),
  );
  follow.follow(containers(), { since: 1 });
  await follow.done;
  t.deepEqual(lines, [
    'web-1  | first life\n',
    'web-1 exited with code 0\n',
    'web-1  | second life\n',
    'web-1 exited with code 0\n',
  ]);
});

test('late news of a start does not print a short life twice', async (t) => {
  const { follow, lines, containers } = following({
    web: [{ output: 'short\n', after: ended }],
  });
  const at = Number(process.hrtime.bigint());
  follow.follow(containers(), { since: 1 });
  await follow.done;
  follow.event({
    type: 'container.started',
    container: 'app-web-1',
    service: 'web',
    number: 1,
    pid: 1,
    at,
    // Red without: the clock of events. The other one was set.
    time: Date.now() + 86_400_000,
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.deepEqual(lines, ['web-1  | short\n', 'web-1 exited with code 0\n']);
});

/** Red without: `isComplete`, `hasEnded` or `startFresh` of follow.ts. */
test('once open it prints what is there and what starts, each run once, and is done only after all have', async (t) => {
  const { follow, lines, become, containers } = following({
    migrate: [{ output: 'migrated\n', after: ended }],
    web: [{ output: 'served\n', after: ended }],
  });
  const [migrate, web] = containers() as [ContainerSummary, ContainerSummary];
  become('web', { State: 'created' });
  let isDone = false;
  follow.done.then(() => {
    isDone = true;
  });
  follow.open([migrate], { since: 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.deepEqual(lines.splice(0), ['migrate-1  | migrated\n', 'migrate-1 exited with code 0\n']);
  t.false(isDone);
  become('web', { State: 'running' });
  const started = { type: 'container.started', service: 'web', number: 1, pid: 7 } as const;
  follow.event({ ...started, container: web.Name, time: Date.now() });
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.deepEqual(lines.splice(0), ['web-1      | served\n', 'web-1 exited with code 0\n']);
  follow.follow(containers(), { since: 1 });
  await follow.done;
  t.deepEqual(lines, []);
});

test('a start between the list and its use is in the next list', async (t) => {
  const { follow, lines, become, containers } = following({ web: [{ output: 'served\n', after: ended }] });
  const [web] = containers() as [ContainerSummary];
  const created = { ...web, State: 'created' } as const;
  become('web', { State: 'running' });
  const started = { type: 'container.started', service: 'web', number: 1, pid: 7 } as const;
  follow.event({ ...started, container: web.Name, time: Date.now() });
  follow.open([created].slice(1), { since: 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.deepEqual(lines, ['web-1  | served\n', 'web-1 exited with code 0\n']);
});

test('what was written last is printed before a failed start ends', async (t) => {
  const { follow, lines, containers } = following({
    web: [{ output: 'broken\n', after: { ...ended, ExitCode: 1 } }],
    db: [
      { output: 'fine\n', after: {} },
      { output: 'goes on\n', after: {} },
    ],
  });
  const [web, db] = containers() as [ContainerSummary, ContainerSummary];
  follow.open([web, { ...db, State: 'exited' }], { since: 1 });
  const exited = { type: 'container.exited', service: 'web', number: 1, oneOff: false } as const;
  follow.event({ ...exited, container: web.Name, exitCode: 1, oomKilled: false, time: 1 });
  await follow.drained();
  t.true(lines.includes('web-1  | broken\n'));
});

/** Red without: `earlier` in follow.ts. */
test('an exit is said before the output of what has started after it', async (t) => {
  const { follow, lines, become, containers } = following({
    web: [{ output: 'ready\n', after: ended }],
    job: [{ output: 'migrating\n', turns: 20, after: ended }],
  });
  const [web, job] = containers() as [ContainerSummary, ContainerSummary];
  const about = ({ Name, Service }: ContainerSummary) =>
    ({ container: Name, service: Service, number: 1 }) as const;
  become('web', { State: 'created' });
  follow.event({ type: 'container.started', ...about(job), pid: 1, time: 1, at: 1 });
  follow.event({
    type: 'container.exited',
    ...about(job),
    oneOff: false,
    exitCode: 0,
    oomKilled: false,
    time: 2,
  });
  become('web', { State: 'running' });
  follow.event({ type: 'container.started', ...about(web), pid: 2, time: 3, at: 3 });
  follow.follow(containers(), { since: 1 });
  await follow.done;
  t.deepEqual(lines, [
    'job-1  | migrating\n',
    'job-1 exited with code 0\n',
    'web-1  | ready\n',
    'web-1 exited with code 0\n',
  ]);
});
