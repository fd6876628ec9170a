import test from 'ava';
import { linesOf, select } from '../../../src/cli/actions/ps.ts';
import { psFormat, psStates, statusFilter } from '../../../src/cli/grammar/ps-values.ts';
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
    'NAME             IMAGE   COMMAND            SERVICE    CREATED         STATUS                                      PORTS   PID     NETWORKS',
    'app-web-1        host    "node server.js"   web        3 minutes ago   Up 3 seconds                                        12345   app_default 172.18.0.2',
    'app-database-1   host    "node server.js"   database   3 minutes ago   Exited (137) 1 minute ago (out of memory)',
  ]);
});

test('an empty table has its header', (t) => {
  t.deepEqual(linesOf([], plain, now), [
    'NAME   IMAGE   COMMAND   SERVICE   CREATED   STATUS   PORTS   PID   NETWORKS',
  ]);
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
    Engine: '',
    ExitCode: 0,
    Health: '',
    HealthLog: [],
    ID: 'id-web-1',
    Image: 'host',
    Labels: 'com.docker.compose.project=app,tier=front',
    LocalVolumes: '0',
    Mounts: '',
    Name: 'app-web-1',
    Names: 'app-web-1',
    Networks: 'app_default',
    OOMKilled: false,
    Pid: 12345,
    Ports: '',
    Project: 'app',
    Publishers: [],
    Runner: 'reexec',
    RunningFor: '3 minutes ago',
    Service: 'web',
    Size: '0B',
    State: 'running',
    Status: 'Up 3 seconds',
  });
});

test('json-array is one array', (t) => {
  const [line] = linesOf([container(), container({ Number: 2 })], { ...plain, format: 'json-array' }, now);
  t.is(JSON.parse(line!).length, 2);
});

test('a template prints fields, and a table of them has a header', (t) => {
  const given = [container({ Id: 'a'.repeat(64) }), container({ Service: 'db', Number: 2, Mounts: [mount] })];
  const printed = (format: string, more = {}) =>
    linesOf(given, { ...plain, format: psFormat(format), ...more }, now);
  t.deepEqual(printed('{{.Name}}: {{ .State }}'), ['app-web-1: running', 'app-db-2: running']);
  t.deepEqual(printed('table {{.Name}}\\t{{.RunningFor}}'), [
    'NAME        RUNNING FOR',
    'app-web-1   3 minutes ago',
    'app-db-2    3 minutes ago',
  ]);
  t.is(printed('{{.ID}}')[0], 'a'.repeat(12));
  t.is(printed('{{.ID}}', { trunc: false })[0], 'a'.repeat(64));
  t.deepEqual(printed('{{json .Mounts}} {{upper .Service}}'), ['"" WEB', '"/srv/data" DB']);
  t.is(printed('{{.Label "tier"}}{{.Label "none"}}')[0], 'front');
  t.is(JSON.parse(printed('{{json .}}')[0]!).Name, 'app-web-1');
  for (const wrong of ['xml', '{{.Nome}}', '{{range .}}', '{{.}}'])
    t.throws(() => psFormat(wrong), { instanceOf: TypeError }, wrong);
});

test('commands are shortened unless they are wanted whole', (t) => {
  const long = container({ Command: `sleep ${'9'.repeat(40)}` });
  t.regex(linesOf([long], plain, now)[1]!, /"sleep 9+…"/);
  t.regex(linesOf([long], { ...plain, trunc: false }, now)[1]!, /"sleep 9{40}"/);
});

test('filters by state, those of Docker that no container is in as well; orphans can be left out', (t) => {
  const given = [container(), container({ Service: 'db', State: 'exited' })];
  t.deepEqual(select(given, { ...unfiltered, filter: [statusFilter('status=exited')] }, []), [given[1]!]);
  for (const state of psStates) t.is(statusFilter(`status=${state}`), state);
  t.deepEqual(select(given, { ...unfiltered, status: ['dead'] }, []), []);
  t.throws(() => statusFilter('name=web'), { instanceOf: TypeError });
  t.deepEqual(select(given, { ...unfiltered, orphans: false }, [], ['db']), [given[1]!]);
});

const mount = { Type: 'bind', Source: '/srv/data', Destination: '/data', RW: true } as const;
