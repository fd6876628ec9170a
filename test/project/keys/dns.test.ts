import { testServiceKey } from '../key-tests.ts';

testServiceKey('dns', {
  forms: [
    ['8.8.8.8', ['8.8.8.8']],
    ['[8.8.8.8, "fd00::1"]', ['8.8.8.8', 'fd00::1']],
  ],
  faults: [
    ['dns.example', 'invalid-value 4:10 dns.example'],
    ['{a: b}', 'invalid-type 4:10 {a: b}'],
  ],
});
