import { testServiceKey } from '../key-tests.ts';

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
