import test from 'ava';
import { loadText, problems } from '../support.ts';

/** Merges the documents of a file, which override each other as files do, and gives the canonical service `a`. */
function merged(base: string, override: string) {
  const text = `services:\n  a: {command: x, ${base}}\n---\nservices:\n  a: {${override}}\n`;
  const {
    networks: _n,
    command: _c,
    entrypoint: _e,
    rootfs: _r,
    ...others
  } = loadText(text).canonical!.services.a!;
  return others;
}

for (const [key, base, override, expected] of [
  ['scalars', 'hostname: a', 'hostname: b', { hostname: 'b' }],
  ['what only one has', 'hostname: a', 'user: b', { hostname: 'a', user: 'b' }],
  ['environment', 'environment: [A=1, B=2]', 'environment: {B: 3}', { environment: { A: '1', B: '3' } }],
  ['a variable without value', 'environment: [A=1]', 'environment: [A]', { environment: { A: null } }],
  ['labels', 'labels: {a: 1}', 'labels: [b=2]', { labels: { a: '1', b: '2' } }],
  [
    'capabilities',
    'cap_add: [KILL, CHOWN]',
    'cap_add: [FOWNER, KILL]',
    { cap_add: ['KILL', 'CHOWN', 'FOWNER'] },
  ],
  ['memory', 'mem_limit: 64m', 'memory: 32m', { mem_limit: '33554432' }],
  ['ulimits', 'ulimits: {nofile: {soft: 1, hard: 2}}', 'ulimits: {nofile: 5}', { ulimits: { nofile: 5 } }],
  ['tmpfs', 'tmpfs: /a', 'tmpfs: ["/b", "/a:size=1m"]', { tmpfs: ['/a:size=1m', '/b'] }],
  ['dns', 'dns: 1.1.1.1', 'dns: [2.2.2.2, 1.1.1.1]', { dns: ['1.1.1.1', '2.2.2.2'] }],
  ['expose', 'expose: [80]', 'expose: ["80", 81]', { expose: ['80', '81'] }],
  ['extra_hosts', 'extra_hosts: ["a:1.1.1.1"]', 'extra_hosts: {a: 1.1.1.1}', { extra_hosts: ['a=1.1.1.1'] }],
  [
    'options',
    'security_opt: [label:disable]',
    'security_opt: [label:disable]',
    { security_opt: ['label:disable'] },
  ],
  ['groups', 'group_add: [a, b]', 'group_add: [b, c]', { group_add: ['a', 'b', 'c'] }],
  ['annotations', 'annotations: {a: 1, b: 2}', 'annotations: [b=3]', { annotations: { a: '1', b: '3' } }],
  [
    'logging of one driver',
    'logging: {driver: a, options: {x: "1"}}',
    'logging: {options: {y: "2"}}',
    { logging: { driver: 'a', options: { x: '1', y: '2' } } },
  ],
  [
    'logging of two drivers',
    'logging: {driver: a, options: {x: "1"}}',
    'logging: {driver: b}',
    { logging: { driver: 'b' } },
  ],
  ['null keeps a list', 'cap_add: [KILL]', 'cap_add:', { cap_add: ['KILL'] }],
  ['!reset', 'hostname: a, user: b', 'hostname: !reset null', { user: 'b' }],
  ['!reset of a list', 'dns: [1.1.1.1]', 'dns: !reset []', {}],
  ['!reset inside a mapping', 'labels: {a: 1, b: 2}', 'labels: {a: !reset null}', { labels: { b: '2' } }],
  ['!reset of an item', 'cap_add: [KILL, CHOWN]', 'cap_add: [!reset KILL]', { cap_add: ['CHOWN'] }],
  ['!reset of an item written otherwise', 'expose: [80, 81]', 'expose: [!reset "80"]', { expose: ['81'] }],
  [
    '!reset of a variable',
    'environment: {A: 1, B: 2}',
    'environment: [!reset A, C=3]',
    { environment: { B: '2', C: '3' } },
  ],
  [
    '!reset of an item without a rule',
    'post_start: [{command: a}, {command: b}]',
    'post_start: [!reset {command: a}]',
    { post_start: [{ command: ['b'] }] },
  ],
  ['!override', 'cap_add: [KILL]', 'cap_add: !override [CHOWN]', { cap_add: ['CHOWN'] }],
  ['!override of a mapping', 'labels: {a: 1}', 'labels: !override {b: 2}', { labels: { b: '2' } }],
] as const) {
  test(`${key} of two files`, (t) => {
    t.deepEqual(merged(base, override) as unknown, expected);
  });
}

test('a command replaces the command', (t) => {
  const text = 'services: {a: {command: [x, y]}}\n---\nservices: {a: {command: z}}\n';
  t.deepEqual(loadText(text).canonical!.services.a!.command, ['z']);
});

test('a volume replaces the one with its target, in its place', (t) => {
  const { volumes } = merged('volumes: ["./a:/a", "./b:/b"]', 'volumes: ["./c:/a:ro", "./d:/d"]');
  t.deepEqual(
    volumes?.map(({ source, target }) => [source, target]),
    [
      ['/project/c', '/a'],
      ['/project/b', '/b'],
      ['/project/d', '/d'],
    ],
  );
});

test('dependencies and networks add up whatever their form', (t) => {
  const text = `services:
  a: {command: x, depends_on: [b], networks: [one]}
  b: {command: x}
  c: {command: x}
networks: {one: , two: }
---
services:
  a: {depends_on: {c: {condition: service_started}}, networks: {two: {aliases: [z]}}}
`;
  const a = loadText(text).canonical!.services.a!;
  t.deepEqual(Object.keys(a.depends_on!), ['b', 'c']);
  t.deepEqual(a.networks as unknown, { one: null, two: { aliases: ['z'] } });
});

test('a later file adds services and networks', (t) => {
  const text =
    'services: {a: {command: x}}\n---\nservices: {b: {command: y, networks: [n]}}\nnetworks: {n: }\n';
  t.deepEqual(Object.keys(loadText(text).project!.services), ['a', 'b']);
});

test('what is of different kinds cannot be merged', (t) => {
  const text = 'x-a: [1]\nservices: {a: {command: x}}\n---\nx-a: {b: 1}\n';
  t.deepEqual(problems(text), ['error invalid-type 4:6 {b: 1}']);
});

test('every file is checked by itself, whatever overrides it', (t) => {
  const text = 'services: {a: {command: x, memory: much}}\n---\nservices: {a: {memory: 64m}}\n';
  t.deepEqual(problems(text), ['error invalid-value 1:36 much']);
});

test('ports are the same only if both ends are', (t) => {
  const { ports } = merged('ports: ["8080:80", "8081:81"]', 'ports: ["8082:80", "0.0.0.0:8081:81"]');
  t.deepEqual(
    ports?.map(({ host_ip, published, target }) => [host_ip, published, target]),
    [
      [undefined, '8080', 80],
      ['0.0.0.0', '8081', 81],
      [undefined, '8082', 80],
    ],
  );
});

test('one port of several is taken away, in whatever form it is written', (t) => {
  const { ports } = merged(
    'ports: ["8080:80", "8081:81"]',
    'ports: [!reset {published: "8080", target: 80}]',
  );
  t.deepEqual(
    ports?.map(({ published }) => published),
    ['8081'],
  );
});

test('one volume of several is taken away by its target', (t) => {
  const { volumes } = merged('volumes: ["./a:/a", "./b:/b"]', 'volumes: [!reset "/any:/a"]');
  t.deepEqual(
    volumes?.map(({ target }) => target),
    ['/b'],
  );
});

test('secrets and devices are the same where they arrive', (t) => {
  const text = `services: {a: {command: x, secrets: [s], devices: ["/dev/a:/dev/x"]}}
secrets: {s: {file: a}, r: {file: b}}
---
services: {a: {secrets: [{source: r, target: /run/secrets/s}], devices: ["/dev/b:/dev/x"]}}
`;
  const { secrets, devices } = loadText(text).canonical!.services.a!;
  t.deepEqual(
    secrets?.map(({ source }) => source),
    ['r'],
  );
  t.deepEqual(
    (devices as { source: string }[]).map(({ source }) => source),
    ['/dev/b'],
  );
});

test('what one file takes away, a later one may give again', (t) => {
  const text = `services: {a: {command: x, hostname: one, dns: [1.1.1.1]}}
---
services: {a: {hostname: !reset null, dns: !reset []}}
---
services: {a: {dns: [2.2.2.2]}}
`;
  const a = loadText(text).canonical!.services.a!;
  t.is(a.hostname, undefined);
  t.deepEqual(a.dns, ['2.2.2.2']);
});

test('what is tagged in the lowest file is not there', (t) => {
  const a = loadText('services: {a: {command: x, hostname: !reset b, cap_add: [!reset KILL, CHOWN]}}')
    .canonical!.services.a!;
  t.is(a.hostname, undefined);
  t.deepEqual(a.cap_add, ['CHOWN']);
});
