import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('a size of /dev/shm', (t) => {
  t.is(service(t, web('shm_size: 128m')).shmSize, 128 * 1024 ** 2);
  t.is(service(t, web('shm_size: 1048576')).shmSize, 1048576);
  t.is(canonicalService(web('shm_size: 1m')).shm_size, '1048576');
});

test('nothing else', (t) => {
  t.deepEqual(problems(web('shm_size: lots')), ['error invalid-value 4:15 lots']);
});
