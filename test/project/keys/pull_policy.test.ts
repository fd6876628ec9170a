import { testServiceKey } from '../key-tests.ts';

testServiceKey('pull_policy', {
  forms: [
    ['always', 'always'],
    ['if_not_present', 'missing'],
    ['every_12h', 'every_12h'],
  ],
  faults: [
    ['alwys', 'invalid-value 4:18 alwys'],
    ['every_day', 'invalid-value 4:18 every_day'],
    ['every_5', 'invalid-value 4:18 every_5'],
  ],
});
