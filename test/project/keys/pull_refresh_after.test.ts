import { testServiceKey } from '../key-tests.ts';

testServiceKey('pull_refresh_after', {
  forms: [['12h', '12h']],
  faults: [
    ['12', 'invalid-value 4:25 12'],
    ['soon', 'invalid-value 4:25 soon'],
  ],
});
