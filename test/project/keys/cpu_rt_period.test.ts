import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { service, web } from '../support.ts';

testServiceKey('cpu_rt_period', {
  forms: [
    ['1000000', 1_000_000],
    ['1s', 1_000_000],
    ['"500000"', 500_000],
    ['0', undefined],
  ],
  faults: [['often', 'invalid-value 4:20 often']],
});

test('microseconds', (t) => {
  t.is(service(t, web('cpu_rt_period: 1400us')).limits.cpuRtPeriod, 1400);
});
