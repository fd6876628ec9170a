import { testServiceKey } from '../key-tests.ts';

testServiceKey('platform', {
  forms: [['linux/amd64', 'linux/amd64']],
  faults: [['5', 'invalid-type 4:15 5']],
});
