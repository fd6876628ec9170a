import { testServiceKey } from '../key-tests.ts';

testServiceKey('pre_stop', {
  forms: [['[{command: ./drain.sh}]', [{ command: ['./drain.sh'] }]]],
  faults: [
    ['[{}]', 'missing-key 4:16 {}'],
    ['[{command: "a; b"}]', 'invalid-value 4:26 "a; b"'],
  ],
});
