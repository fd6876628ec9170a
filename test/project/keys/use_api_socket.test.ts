import { testServiceKey } from '../key-tests.ts';

testServiceKey('use_api_socket', {
  forms: [
    ['true', true],
    ['"false"', false],
  ],
  faults: [['sock', 'invalid-value 4:21 sock']],
});
