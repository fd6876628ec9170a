import { testServiceKey } from '../key-tests.ts';

testServiceKey('use_api_socket', {
  forms: [
    ['true', true],
    ['"false"', undefined],
  ],
  faults: [['sock', 'invalid-value 4:21 sock']],
});
