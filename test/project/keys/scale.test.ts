import { testServiceKey } from '../key-tests.ts';

testServiceKey('scale', {
  forms: [
    ['1', 1],
    ['"3"', 3],
    ['0', 0],
  ],
  faults: [
    ['-1', 'invalid-value 4:12 -1'],
    ['1.5', 'invalid-value 4:12 1.5'],
    ['many', 'invalid-value 4:12 many'],
    ['2\ndeploy: {replicas: 3}', 'conflicting-keys 5:24 3'],
    ['2\ncontainer_name: one', 'conflicting-keys 5:21 one'],
  ],
});
