import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { service, web } from '../support.ts';

testServiceKey('cpu_rt_runtime', {
  forms: [
    ['95000', 95_000],
    ['400ms', 400_000],
    ['0', undefined],
  ],
  faults: [
    ['-1', 'invalid-value 4:21 -1'],
    ['2000000', 'conflicting-keys 4:21 2000000'],
  ],
});

test('microseconds; nothing is no limit', (t) => {
  t.is(service(t, web('cpu_rt_runtime: 400ms')).limits.cpuRtRuntime, 400_000);
  t.is(service(t, web('cpu_rt_runtime: 0')).limits.cpuRtRuntime, undefined);
});
