import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { problems, service, web } from '../support.ts';

testServiceKey('uts', {
  forms: [['host', 'host']],
  faults: [['private', 'invalid-value 4:10 private']],
});

test('the host’s names are not to be changed', (t) => {
  t.deepEqual(service(t, web('uts: host')).namespaces, { uts: { kind: 'host' } });
  t.deepEqual(problems(web('uts: host\nhostname: box')), ['error conflicting-keys 5:5 hostname']);
  t.deepEqual(problems(web('uts: host\nsysctls: {kernel.domainname: a}')), ['error conflicting-keys 5:34 a']);
});
