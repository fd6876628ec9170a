import test from 'ava';
import { problems, service, web } from '../support.ts';

test('the length of the period in microseconds', (t) => {
  t.is(service(t, web('cpu_period: 20000')).limits.cpuPeriod, 20_000);
});

test('what the kernel takes, and not beside cpus', (t) => {
  t.deepEqual(problems(web('cpu_period: 999')), ['error invalid-value 4:17 999']);
  t.deepEqual(problems(web('cpu_period: 1000001')), ['error invalid-value 4:17 1000001']);
  t.deepEqual(problems(web('cpus: 0.5\ncpu_period: 50000')), ['error conflicting-keys 5:17 50000']);
});
