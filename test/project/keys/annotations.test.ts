import { testServiceKey } from '../key-tests.ts';

testServiceKey('annotations', {
  forms: [
    ['[a=b, c]', { a: 'b', c: '' }],
    ['{a: 1, b: true, c: }', { a: '1', b: 'true', c: '' }],
  ],
  faults: [
    ['text', 'invalid-type 4:18 text'],
    ['[=b]', 'invalid-value 4:19 =b'],
  ],
});
