import { testServiceKey } from '../key-tests.ts';

testServiceKey('attach', {
  forms: [
    ['false', false],
    ['"true"', true],
  ],
  faults: [
    ['maybe', 'invalid-value 4:13 maybe'],
    ['1', 'invalid-type 4:13 1'],
  ],
});
