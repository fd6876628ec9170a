import { testServiceKey } from '../key-tests.ts';

testServiceKey('dns_search', {
  forms: [
    ['example.com', ['example.com']],
    ['[a.example, b.example]', ['a.example', 'b.example']],
  ],
  faults: [['5', 'invalid-type 4:17 5']],
});
