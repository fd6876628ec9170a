import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { service, web } from '../support.ts';

testServiceKey('cgroup', {
  forms: [
    ['host', 'host'],
    ['private', 'private'],
  ],
  faults: [['hots', 'invalid-value 4:13 hots']],
});

test('what becomes of it', (t) => {
  t.deepEqual(service(t, web('cgroup: host')).namespaces, { cgroup: { kind: 'host' } });
});
