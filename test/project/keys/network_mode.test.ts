import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { canonicalService, web } from '../support.ts';

testServiceKey('network_mode', {
  forms: [
    ['host', 'host'],
    ['none', 'none'],
    ['bridge', 'bridge'],
    ['"service:db"', 'service:db'],
    ['"container:x"', 'container:x'],
  ],
  faults: [
    ['hots', 'invalid-value 4:19 hots'],
    ['"service:bd"', 'unknown-service 4:19 "service:bd"'],
    ['"service:"', 'invalid-value 4:19 "service:"'],
    ['5', 'invalid-type 4:19 5'],
  ],
  beside: '  db: {command: sleep 1}\n',
});

test('left empty, it is as if it was not there', (t) => {
  t.deepEqual(canonicalService(web('network_mode:')).networks, { default: null });
});
