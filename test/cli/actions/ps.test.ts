import test from 'ava';
import { linesOf, select } from '../../../src/cli/actions/ps.ts';
import { container } from '../container.ts';

const now = 1_767_225_600_000 + 180_000;
const plain = { quiet: undefined, services: undefined, format: 'table' } as const;
const unfiltered = { all: undefined, status: [] };

test('the table is aligned and says when memory ran out', (t) => {
  const killed = container({
    Service: 'database',
    State: 'exited',
    Status: 'Exited (137) 1 minute ago',
    OOMKilled: true,
    Pid: 0,
    Networks: {},
  });
  t.deepEqual(linesOf([container(), killed], plain, now), [
    'NAME             SERVICE    STATUS                                      PID     COMMAND          NETWORKS',
    'app-web-1        web        Up 3 seconds                                12345   node server.js   app_default 172.18.0.2',
    'app-database-1   database   Exited (137) 1 minute ago (out of memory)           node server.js',
  ]);
});

test('an empty table has its header', (t) => {
  t.deepEqual(linesOf([], plain, now), ['NAME   SERVICE   STATUS   PID   COMMAND   NETWORKS']);
});

test('containers come by service and number', (t) => {
  const given = [container({ Number: 10 }), container({ Number: 2 }), container({ Service: 'db' })];
  t.deepEqual(
    select(given, unfiltered, []).map(({ Name }) => Name),
    ['app-db-1', 'app-web-2', 'app-web-10'],
  );
});

test('one-off containers are shown with --all only', (t) => {
  const given = [container(), container({ Name: 'app-web-run-1', OneOff: true })];
  t.is(select(given, unfiltered, []).length, 1);
  t.is(select(given, { ...unfiltered, all: true }, []).length, 2);
});

test('services and states select', (t) => {
  const given = [container(), container({ Service: 'db', State: 'exited' })];
  t.deepEqual(select(given, unfiltered, ['db']), [given[1]!]);
  t.deepEqual(select(given, { ...unfiltered, status: ['running'] }, []), [given[0]!]);
});

test('ids and services are one per line', (t) => {
  const given = [container(), container({ Number: 2 })];
  t.deepEqual(linesOf(given, { ...plain, quiet: true }, now), ['id-web-1', 'id-web-2']);
  t.deepEqual(linesOf(given, { ...plain, services: true }, now), ['web']);
});

test('json is one object per line with the keys of Docker and ours', (t) => {
  const lines = linesOf([container(), container({ Number: 2 })], { ...plain, format: 'json' }, now);
  t.is(lines.length, 2);
  t.deepEqual(JSON.parse(lines[0]!), {
    Command: 'node server.js',
    CreatedAt: '2026-01-01 00:00:00 +0000 UTC',
    ExitCode: 0,
    Health: '',
    ID: 'id-web-1',
    Image: '',
    Labels: 'com.docker.compose.project=app,tier=front',
    Name: 'app-web-1',
    Names: 'app-web-1',
    Networks: 'app_default',
    OOMKilled: false,
    Pid: 12345,
    Project: 'app',
    Publishers: [],
    Runner: 'reexec',
    RunningFor: '3 minutes ago',
    Service: 'web',
    State: 'running',
    Status: 'Up 3 seconds',
  });
});

test('json-array is one array', (t) => {
  const [line] = linesOf([container(), container({ Number: 2 })], { ...plain, format: 'json-array' }, now);
  t.is(JSON.parse(line!).length, 2);
});
