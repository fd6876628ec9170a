import { testServiceKey } from '../key-tests.ts';

testServiceKey('external_links', {
  forms: [['["other:db", redis]', ['other:db', 'redis']]],
  faults: [['["a:b:c"]', 'invalid-value 4:22 "a:b:c"']],
});
