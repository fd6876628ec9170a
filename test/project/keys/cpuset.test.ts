import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { service, web } from '../support.ts';

testServiceKey('cpuset', {
  forms: [
    ['0-3,7', '0-3,7'],
    ['"0, 1"', '0,1'],
    ['0', '0'],
  ],
  faults: [
    ['3-1', 'invalid-value 4:13 3-1'],
    ['0-', 'invalid-value 4:13 0-'],
    ['all', 'invalid-value 4:13 all'],
    ['"0,,1"', 'invalid-value 4:13 "0,,1"'],
    ['[0]', 'invalid-type 4:13 [0]'],
  ],
});

test('it is one of the limits', (t) => {
  t.is(service(t, web('cpuset: 0-1')).limits.cpuset, '0-1');
});
