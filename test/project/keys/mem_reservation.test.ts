import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('a size', (t) => {
  t.is(service(t, web('mem_reservation: 32m')).limits.memoryReservation, 32 * 1024 ** 2);
  t.is(canonicalService(web('mem_reservation: 1m')).mem_reservation, '1048576');
});

test('nothing else', (t) => {
  t.deepEqual(problems(web('mem_reservation: much')), ['error invalid-value 4:22 much']);
});
