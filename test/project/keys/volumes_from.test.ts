import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { projectOf, web } from '../support.ts';

testServiceKey('volumes_from', {
  forms: [
    ['[db]', ['db']],
    [
      '["db:ro", "container:other", "container:other:rw"]',
      ['db:ro', 'container:other', 'container:other:rw'],
    ],
  ],
  faults: [
    ['[bd]', 'unknown-service 4:20 bd'],
    ['["db:rx"]', 'invalid-value 4:20 "db:rx"'],
    ['db', 'invalid-type 4:19 db'],
  ],
  beside: '  db: {command: sleep 1}\n',
});

test('a service starts after those whose mounts it takes over', (t) => {
  const { web: other } = projectOf(
    t,
    `${web('volumes_from: ["db:ro", "container:x:rw"]')}  db: {command: sleep 1}\n`,
  ).services;
  t.deepEqual(other?.volumesFrom, [
    { kind: 'service', name: 'db', readOnly: true },
    { kind: 'container', name: 'x', readOnly: false },
  ]);
  t.deepEqual(Object.keys(other?.dependsOn ?? {}), ['db']);
});
