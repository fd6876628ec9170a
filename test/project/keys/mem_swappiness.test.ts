import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { service, web } from '../support.ts';

testServiceKey('mem_swappiness', {
  forms: [
    ['0', 0],
    ['"60"', 60],
    ['-1', -1],
  ],
  faults: [
    ['101', 'invalid-value 4:21 101'],
    ['-2', 'invalid-value 4:21 -2'],
  ],
});

test('-1 is as everybody else', (t) => {
  t.is(service(t, web('mem_swappiness: 0')).limits.memorySwappiness, 0);
  t.is(service(t, web('mem_swappiness: -1')).limits.memorySwappiness, undefined);
});
