import { testServiceKey } from '../key-tests.ts';

testServiceKey('restart', {
  forms: [
    ['"no"', 'no'],
    ['always', 'always'],
    ['on-failure', 'on-failure'],
    ['on-failure:3', 'on-failure:3'],
    ['unless-stopped', 'unless-stopped'],
  ],
  faults: [
    ['allways', 'invalid-value 4:14 allways'],
    ['always:3', 'invalid-value 4:14 always:3'],
    ['false', 'invalid-type 4:14 false'],
  ],
});
