import { testServiceKey } from '../key-tests.ts';

testServiceKey('pre_start', {
  forms: [
    [
      '[{image: migrate, command: [up], per_replica: true}]',
      [{ image: 'migrate', command: ['up'], per_replica: true }],
    ],
    ['[{image: migrate}]', [{ image: 'migrate', command: null }]],
    ['[{command: up}]\nimage: web', [{ image: 'web', command: ['up'] }]],
    ['[{command: up, image: own, privileged: false}]\nimage: web', [{ image: 'own', command: ['up'] }]],
  ],
  faults: [
    ['[{imge: x}]', 'unknown-key 4:18 imge'],
    ['[{per_replica: sometimes}]', 'invalid-value 4:31 sometimes'],
  ],
});
