import { testServiceKey } from '../key-tests.ts';

testServiceKey('links', {
  forms: [
    ['[db]', ['db']],
    ['["db:mysql"]', ['db:mysql']],
  ],
  faults: [
    ['[bd]', 'unknown-service 4:13 bd'],
    ['["db:a:b"]', 'invalid-value 4:13 "db:a:b"'],
    ['db', 'invalid-type 4:12 db'],
  ],
  beside: '  db: {command: sleep 1}\n',
});
