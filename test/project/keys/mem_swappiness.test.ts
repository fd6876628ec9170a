import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { service, web } from '../support.ts';

testServiceKey('mem_swappiness', {
  forms: [
    ['0', undefined],
    ['"60"', '60'],
    ['-1', '-1'],
  ],
  faults: [
    ['101', 'invalid-value 4:21 101'],
    ['-2', 'invalid-value 4:21 -2'],
  ],
});

test('-1 and 0 are as everybody else', (t) => {
  t.is(service(t, web('mem_swappiness: 60')).limits.memorySwappiness, 60);
  t.is(service(t, web('mem_swappiness: 0')).limits.memorySwappiness, undefined);
  t.is(service(t, web('mem_swappiness: -1')).limits.memorySwappiness, undefined);
});
