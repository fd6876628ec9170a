import { testServiceKey } from '../key-tests.ts';

testServiceKey('runtime', {
  forms: [['runc', 'runc']],
  faults: [['5', 'invalid-type 4:14 5']],
});
