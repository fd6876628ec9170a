import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('a size', (t) => {
  t.is(service(t, web('mem_reservation: 32m')).limits.memoryReservation, 32 * 1024 ** 2);
  t.is(canonicalService(web('mem_reservation: 1m')).mem_reservation, '1048576');
});

test('nothing else', (t) => {
  t.deepEqual(problems(web('mem_reservation: much')), ['error invalid-value 4:22 much']);
});

/** Red without: `memoryReservation` in deploy.ts. */
test('it is also written as a reservation of deploy', (t) => {
  const deploy = (memory: string) => `deploy: {resources: {reservations: {memory: ${memory}}}}`;
  t.is(service(t, web(deploy('32m'))).limits.memoryReservation, 32 * 1024 ** 2);
  t.is(service(t, web(deploy('0'))).limits.memoryReservation, undefined);
  t.deepEqual(problems(`${web(deploy('32m'))}    mem_reservation: 16m\n`), [
    'error conflicting-keys 4:49 32m',
  ]);
});
