import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('false by default', (t) => {
  t.false(service(t, web('hostname: a')).init);
  t.true(service(t, web('init: true')).init);
});

test('a variable gives text', (t) => {
  t.true(canonicalService(web('init: ${INIT}'), { environment: { INIT: 'true' } }).init);
});

test('only true and false', (t) => {
  t.deepEqual(problems(web('init: /sbin/tini')), ['error invalid-value 4:11 /sbin/tini']);
});
