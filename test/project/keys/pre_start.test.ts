import { testServiceKey } from '../key-tests.ts';

testServiceKey('pre_start', {
  forms: [
    [
      '[{image: migrate, command: [up], per_replica: true}]',
      [{ image: 'migrate', command: ['up'], per_replica: true }],
    ],
    ['[{image: migrate}]', [{ image: 'migrate' }]],
  ],
  faults: [
    ['[{imge: x}]', 'unknown-key 4:18 imge'],
    ['[{per_replica: sometimes}]', 'invalid-value 4:31 sometimes'],
  ],
});
