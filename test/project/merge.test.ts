import test from 'ava';
import { loadText, problems } from './support.ts';

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
  ['!reset', 'hostname: a, user: b', 'hostname: !reset null', { user: 'b' }],
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
