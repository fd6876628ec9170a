import test from 'ava';
import { isolationJson } from '../../../src/cli/show/isolation-json.ts';
import { isolationLines, isolationText } from '../../../src/cli/show/isolation-table.ts';
import type { Held, PlacedOpening } from '../../../src/engine/doors/isolation.ts';
import { openingsOf } from '../../../src/engine/isolation/rules.ts';
import {
  capabilities,
  isolation,
  mount,
  namespaces,
  processFacts,
  user,
} from '../../engine/isolation/samples.ts';

const at = { file: '/srv/app/compose.yaml', start: 0, end: 1, line: 3, column: 5 };

/** A container in which this is open, by one line of the file. */
const held = (service: string, facts = isolation(), changes: Partial<Held> = {}): Held => ({
  service,
  container: `app-${service}-1`,
  pid: 4711,
  facts,
  open: openingsOf(facts).map(
    (opening): PlacedOpening => ({ ...opening, by: 'key', key: `services.${service}.x`, at }),
  ),
  differences: [],
  ...changes,
});

const plain = { color: { stdout: false, stderr: false }, cwd: '/srv/app' };
const lines = (containers: readonly Held[], context = plain) =>
  isolationLines({ containers, sharedMounts: [] }, context);

test('a closed container is one line; one that does not run says so', (t) => {
  t.deepEqual(lines([held('web'), held('database', isolation(), { pid: undefined as never })]), [
    'SERVICE   STATE          NAMESPACES    CAPABILITIES    SECCOMP    DEVICES    USER    HOST MOUNTS',
    'web       running        own           default         filter     default    1000    none',
    'database  not running    own           default         filter     default    1000    none',
  ]);
});

const open = isolation({
  namespaces: namespaces({
    pid: { kind: 'host' },
    ipc: { kind: 'host' },
    uts: { kind: 'shared', with: ['app-db-1'] },
  }),
  process: processFacts({
    capabilities: capabilities('CAP_BPF', '-CAP_KILL'),
    filters: 0,
    user: user(0),
  }),
  devices: { access: 'some', beyond: [{ type: 'c', major: 10, minor: 232, name: 'kvm', access: 'rw' }] },
  hostMounts: [mount('/data', { propagation: 'shared' }), mount('/ro', { isWritable: false })],
});

test('what is open is marked, and below stands the line of the file', (t) => {
  const [, row, , ...rest] = lines([held('web', open)]);
  t.is(
    row,
    'web      running  ! pid, ipc host; uts with app-db-1  ! 13 default +BPF  ! none     ! default +kvm  ! 0     ! 1 rw, 1 ro',
  );
  t.deepEqual(
    rest.map((line) => line.split(/ {2,}/)),
    [
      ['SERVICE', 'OPEN', 'BY'],
      ['web', 'the PID namespace of the host', 'compose.yaml:3:5'],
      ['web', 'the IPC namespace of the host', 'compose.yaml:3:5'],
      ['web', 'the UTS namespace is shared with app-db-1', 'compose.yaml:3:5'],
      ['web', 'CAP_BPF is not among Docker’s default capabilities', 'compose.yaml:3:5'],
      ['web', 'no seccomp filter', 'compose.yaml:3:5'],
      ['web', 'device kvm (c 10:232 rw) is not among Docker’s default ones', 'compose.yaml:3:5'],
      ['web', 'uid 0 is root on the host', 'compose.yaml:3:5'],
      [
        'web',
        '/srv/data of the host is writable at /data, and mounts below it appear on the host',
        'compose.yaml:3:5',
      ],
    ],
  );
});

test('capabilities that one line opens are one row', (t) => {
  const many = ['AUDIT_READ', 'BPF', 'LEASE', 'PERFMON', 'SYSLOG', 'SYS_BOOT', 'SYS_NICE', 'SYS_TIME'];
  const facts = isolation({
    process: processFacts({ capabilities: capabilities(...many.map((name) => `CAP_${name}`)) }),
  });
  const [, row, , , opening, ...more] = lines([held('web', facts)]);
  t.regex(row!, / ! default \+8 /);
  t.is(
    opening!.split(/ {2,}/)[1],
    '8 capabilities that are not among Docker’s default ones: SYS_BOOT, SYS_NICE, SYS_TIME, LEASE, SYSLOG and 3 more',
  );
  t.deepEqual(more, []);
});

test('a default, and what is not in the file, say so; so does a process', (t) => {
  const [root, filter] = held('web', open).open.filter(({ rule }) => /host-root|no-filter/.test(rule)) as [
    PlacedOpening,
    PlacedOpening,
  ];
  const openings: readonly PlacedOpening[] = [
    { ...root, by: 'default' },
    {
      rule: filter.rule,
      facet: 'seccomp',
      subject: 'seccomp',
      text: 'no filter',
      by: 'nothing',
      process: { pid: 42, command: 'a\nb' },
    },
  ];
  const rows = lines([held('web', isolation(), { open: openings })]).slice(4);
  t.deepEqual(
    rows.map((line) => line.split(/ {2,}/).slice(1)),
    [
      ['no seccomp filter', 'compose.yaml:3:5 by default'],
      ['no filter, in process 42 (a?b)', 'not in the file'],
    ],
  );
});

test('a difference from the file has its reason; a container of run has its own name', (t) => {
  const once = held('web', isolation(), {
    container: 'app-web-run-1',
    differences: [
      { facet: 'mounts', since: 'file' },
      { facet: 'user', since: 'start' },
    ],
  });
  const printed = lines([held('web'), once]).slice(5);
  t.regex(printed[0]!, /^app-web-run-1 {2}host mounts {9}the file has changed since the start: /);
  t.regex(printed[1]!, /^app-web-run-1 {2}user {16}it was changed while the container ran: /);
});

test('paths that containers share', (t) => {
  const sharedMounts = [
    {
      source: '/srv/data',
      in: [
        { container: 'app-web-1', target: '/data', isWritable: true },
        { container: 'app-db-1', target: '/in', isWritable: false },
      ],
    },
  ];
  t.deepEqual(isolationLines({ containers: [held('web'), held('db')], sharedMounts }, plain).slice(4), [
    'SHARED PATH  OF',
    '/srv/data    web (/data), db (/in, read-only)',
  ]);
});

test('open cells are yellow on a terminal, and columns stay aligned', (t) => {
  const colored = lines([held('web', open), held('db')], {
    ...plain,
    color: { stdout: true, stderr: true },
  });
  t.true(colored[1]!.includes('\u001B[33m! none\u001B[39m'));
  const without = colored.map((line) => line.replaceAll(/\u001B\[\d+m/g, ''));
  t.deepEqual(without, [...lines([held('web', open), held('db')])]);
});

test('explain has the same in the other direction', (t) => {
  const text = isolationText(held('web', open), plain);
  t.regex(text, /^Isolation by the file/);
  t.regex(text, /^ {8}namespaces {4}! pid, ipc host; uts with app-db-1$/m);
  t.regex(text, /^ {8}no seccomp filter +compose\.yaml:3:5$/m);
  t.notRegex(isolationText(held('web'), plain), /!|\.yaml/);
});

test('JSON has the facts and everything that is open', (t) => {
  const { containers } = isolationJson({ containers: [held('web', open)], sharedMounts: [] }) as {
    containers: [Record<string, unknown> & { open: readonly Record<string, unknown>[] }];
  };
  t.like(containers[0], { service: 'web', container: 'app-web-1', source: 'kernel', pid: 4711 });
  t.deepEqual(containers[0].hostMounts, [
    { target: '/data', source: '/srv/data', isWritable: true, propagation: 'shared' },
    { target: '/ro', source: '/srv/ro', isWritable: false, propagation: 'private' },
  ]);
  t.deepEqual(containers[0].open[0], {
    rule: 'host-namespace',
    subject: 'pid',
    text: 'the PID namespace of the host',
    by: 'key',
    key: 'services.web.x',
    file: '/srv/app/compose.yaml',
    line: 3,
    column: 5,
  });
});
