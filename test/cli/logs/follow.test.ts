import test from 'ava';
import type { ContainerSummary } from '../../../src/api/calls/containers.ts';
import { follower } from '../../../src/cli/logs/follow.ts';
import { logPrinter } from '../../../src/cli/logs/printer.ts';
import { container } from '../container.ts';

type Life = { readonly output: string; readonly time?: string; readonly after: Partial<ContainerSummary> };

/** A project whose containers write what is given, one life after the other, each then being as given. */
const following = (
  lives: Readonly<Record<string, Life[]>>,
  wanted = Object.keys(lives),
  settle = (now: ContainerSummary): ContainerSummary => now,
) => {
  const lines: string[] = [];
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
      containers: async (all) => [...now.values()].filter(({ State }) => all || State === 'running'),
    },
    logs: async (id, options, onChunk) => {
      const found = [...now.values()].find(({ Id }) => Id === id)!;
      reads.push(`${found.Service} since ${options.since}`);
      const life = lives[found.Service]!.shift()!;
      await new Promise((resolve) => setImmediate(resolve));
      onChunk('stdout', Buffer.from(`${life.time ?? new Date().toISOString()} ${life.output}`));
      now.set(found.Service, { ...found, ...life.after });
    },
    printer,
    timestamps: false,
    wants: ({ Service }) => wanted.includes(Service),
    isAwaited: ({ Service }) => !Service.startsWith('dependency'),
    isPrinted: ({ Service }) => !Service.startsWith('quiet'),
    sayExit: (text) => lines.push(`${text}\n`),
  });
  return { follow, lines, reads, containers: () => [...now.values()] };
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

test('without containers it is over at once', async (t) => {
  const { follow } = following({});
  follow.follow([], {});
  await t.notThrowsAsync(follow.done);
});

test('a container that was restarted meanwhile is read on, from after its last line', async (t) => {
  const time = '2026-01-01T00:00:00.000Z';
  const { follow, lines, reads, containers } = following({
    web: [
      { output: 'first life\n', time, after: { State: 'running' } },
      { output: 'second life\n', after: ended },
    ],
  });
  follow.follow(containers(), { since: 1 });
  await follow.done;
  t.deepEqual(lines, ['web-1  | first life\n', 'web-1  | second life\n', 'web-1 exited with code 0\n']);
  t.deepEqual(reads, ['web since 1', `web since ${Date.parse(time) + 0.5}`]);
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
  const startedAt = Date.now();
  follow.follow(containers(), { since: startedAt });
  await follow.done;
  follow.event({
    type: 'container.started',
    container: 'app-web-1',
    service: 'web',
    number: 1,
    pid: 1,
    time: startedAt,
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.deepEqual(lines, ['web-1  | short\n', 'web-1 exited with code 0\n']);
});
