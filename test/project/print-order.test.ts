import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'yaml';
import { composeFile } from '../../src/project/keys/compose-file.ts';
import type { Value } from '../../src/project/keys/value.ts';
import { printCanonical } from '../../src/project/print.ts';
import { ORDERS } from '../../src/project/print-order.ts';
import { yamlText } from '../../src/project/yaml-text.ts';
import { loadText } from './support.ts';

const everyKey = readFileSync(new URL('./every-key.yaml', import.meta.url), 'utf8');

/** Every mapping of a Compose file with keys of its own and no others, as the place that it has in the orders. */
function mappingsIn(at: Value, pattern = ''): (readonly [pattern: string, keys: readonly string[]])[] {
  const below = (step: string): string => (pattern === '' ? step : `${pattern}.${step}`);
  return [
    ...(at.keys && !at.each ? [[pattern, Object.keys(at.keys)] as const] : []),
    ...Object.entries(at.keys ?? {}).flatMap(([key, value]) => mappingsIn(value, below(key))),
    ...(at.each ? mappingsIn(at.each, below('*')) : []),
    ...(at.items ? mappingsIn(at.items, `${pattern}[]`) : []),
  ];
}

/** Keys that are written in another form, and keys of tscompose. */
const neverPrinted = ['include', 'version', 'memory', 'x-tscompose'];

test('the orders are about places that a file has, and name every key of them', (t) => {
  const keysAt = new Map(mappingsIn(composeFile));
  for (const [pattern, order] of Object.entries(ORDERS)) {
    const keys = keysAt.get(pattern);
    if (!keys) t.fail(`no file has ${pattern}`);
    const named = order.split(/\s+/);
    t.deepEqual(
      keys!.filter((key) => !named.includes(key) && !neverPrinted.includes(key)),
      [],
      pattern,
    );
  }
});

test('where there is no order, the keys by name are that of Docker Compose too', (t) => {
  const without = mappingsIn(composeFile).filter(
    ([pattern, keys]) => !(pattern in ORDERS) && keys.length > 1,
  );
  t.deepEqual(
    without.map(([pattern]) => pattern),
    [
      'include[]',
      'services.*.blkio_config.weight_device[]',
      'services.*.blkio_config.device_read_bps[]',
      'services.*.blkio_config.device_write_bps[]',
      'services.*.blkio_config.device_read_iops[]',
      'services.*.blkio_config.device_write_iops[]',
      'services.*.deploy.resources.reservations.generic_resources[].discrete_resource_spec',
      'services.*.logging',
      'services.*.models.*',
      'services.*.x-tscompose',
    ],
  );
});

const written = `services:
  lamp:
    x-last: {b: 1, a: 2}
    post_start: [{x-h: 1, working_dir: /, user: u, command: a b}]
    ports: [{x-p: 1, app_protocol: http, protocol: udp, published: "80", target: 8, mode: host, name: n}]
    labels: {zoo: 1, ant: "no"}
    image: x
    develop: {watch: [{action: rebuild, path: /p}]}
    command: a
    deploy: {replicas: 1}
    pre_start: [{user: u, image: x}]
volumes: {}
networks: {default: {driver: bridge}}
`;

// What Docker Compose 5.5 prints. Red without: the steps of `pattern` in print.ts, or `withoutBlanks` there.
test('keys are in the order of Docker Compose, also in the items of lists, and YAML has no blanks', (t) => {
  t.is(
    printCanonical(loadText(written, { toRun: false }).canonical!, 'yaml'),
    `name: project
services:
  lamp:
    develop:
      watch:
        - path: /p
          action: rebuild
    command:
      - a
    deploy:
      replicas: 1
    image: x
    labels:
      ant: 'no'
      zoo: "1"
    networks:
      default: null
    ports:
      - name: 'n'
        mode: host
        target: 8
        published: "80"
        protocol: udp
        app_protocol: http
        x-p: 1
    pre_start:
      - image: x
        user: u
    post_start:
      - command:
          - a
          - b
        user: u
        working_dir: /
        x-h: 1
    x-last:
      a: 2
      b: 1
networks:
  default:
    name: project_default
    driver: bridge
`,
  );
});

test('JSON has the blanks, and the same order', (t) => {
  const { services, ...rest } = JSON.parse(
    printCanonical(loadText(written, { toRun: false }).canonical!, 'json'),
  );
  t.deepEqual(Object.keys(rest), ['name', 'networks']);
  t.deepEqual(services.lamp.pre_start, [{ command: null, image: 'x', user: 'u' }]);
  t.deepEqual(services.lamp.deploy, { replicas: 1, resources: {}, placement: {} });
  t.is(services.lamp.entrypoint, null);
  t.deepEqual(Object.keys(services.lamp.ports[0]).slice(0, 4), ['name', 'mode', 'target', 'published']);
});

test('a template has its keys by name, from the top', (t) => {
  const { canonical } = loadText(everyKey, { leaveOut: new Set(['interpolation', 'env-resolution']) });
  const printed = parse(printCanonical(canonical!, 'yaml', true));
  const sorted = (keys: readonly string[]) => [...keys].sort((a, b) => (a < b ? -1 : 1));
  t.deepEqual(Object.keys(printed), sorted(Object.keys(printed)));
  t.deepEqual(Object.keys(printed.services.web), sorted(Object.keys(printed.services.web)));
});

const quoted = [
  ...[
    '"80"',
    '"-1.5"',
    '"0x1f"',
    '"1_000"',
    '"true"',
    '"Null"',
    '""',
    '"~"',
    '"2001-12-14"',
    '".inf"',
    '"1e5"',
  ],
  ...["'no'", "'y'", "'On'", "'12:30'", "'a: b'", "'a #b'", "'#a'", "' a'", "'*.*'", "'{}'", "'- a'"],
  ...[
    'a:b',
    'a,b',
    '-a',
    '1.2.3.4:80',
    '::1',
    '1h30m',
    "it's",
    'http://a.b/c?d=e#f',
    '/bin/sh -c "a"',
    '$HOME',
  ],
  '"a\\tb"',
] as const;

// Red without: a part of `ofAnotherType`, `notInSingleQuotes`, or `singleQuote` in yaml-text.ts.
for (const text of quoted)
  test(`${text} is printed as Docker Compose does`, (t) => {
    t.is(yamlText([parse(text, { schema: 'failsafe' })]), `- ${text}\n`);
  });

for (const text of [
  '\n',
  '\n\n',
  'a\n\nb\n',
  ' a\n b',
  '\ta',
  'a\r\nb',
  '---',
  '...',
  "'",
  '<<',
  '=',
  '\u2028x',
  '😀',
])
  test(`${JSON.stringify(text)} is read back as it was`, (t) => {
    for (const version of ['1.1', '1.2'] as const)
      t.deepEqual(parse(yamlText({ a: text, [text]: [text] }), { version }), { a: text, [text]: [text] });
  });
