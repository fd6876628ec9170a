import test from 'ava';
import { problems, service, web } from '../support.ts';

test('false by default', (t) => {
  t.false(service(t, web('hostname: a')).privileged);
  t.true(service(t, web('privileged: true')).privileged);
});

test('only true and false', (t) => {
  t.deepEqual(problems(web('privileged: {}')), ['error invalid-type 4:17 {}']);
});
