import test from 'ava';
import { problems, service, web } from '../support.ts';

test('microseconds of every period; none is no limit', (t) => {
  t.is(service(t, web('cpu_quota: 50000')).limits.cpuQuota, 50_000);
  t.is(service(t, web('cpu_quota: -1')).limits.cpuQuota, undefined);
  t.is(service(t, web('cpu_quota: 0')).limits.cpuQuota, undefined);
});

test('no less than the kernel takes, and not beside cpus', (t) => {
  t.deepEqual(problems(web('cpu_quota: 999')), ['error invalid-value 4:16 999']);
  t.deepEqual(problems(web('cpus: 0.5\ncpu_quota: 50000')), ['error conflicting-keys 5:16 50000']);
});
