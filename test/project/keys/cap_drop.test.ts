import test from 'ava';
import { problems, service, web } from '../support.ts';

test('one by one, or all', (t) => {
  t.deepEqual(service(t, web('cap_drop: [mknod]')).capDrop, ['CAP_MKNOD']);
  t.deepEqual(service(t, web('cap_drop: [all]')).capDrop, ['ALL']);
});

test('a list', (t) => {
  t.deepEqual(problems(web('cap_drop: ALL')), ['error invalid-type 4:15 ALL']);
});
