import test from 'ava';
import { problems, service, web } from '../support.ts';

test('a count', (t) => {
  t.is(service(t, web('pids_limit: 100')).limits.pids, 100);
});

test('-1 and 0 are no limit', (t) => {
  t.is(service(t, web('pids_limit: -1')).limits.pids, -1);
  t.is(service(t, web('pids_limit: 0')).limits.pids, undefined);
});

test('anything else is refused', (t) => {
  t.deepEqual(problems(web('pids_limit: -2')), ['error invalid-value 4:17 -2']);
  t.deepEqual(problems(web('pids_limit: many')), ['error invalid-value 4:17 many']);
});
