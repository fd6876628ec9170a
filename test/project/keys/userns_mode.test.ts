import { testServiceKey } from '../key-tests.ts';

testServiceKey('userns_mode', {
  forms: [
    ['host', 'host'],
    ['keep-id', 'keep-id'],
  ],
  faults: [['true', 'invalid-type 4:18 true']],
});
