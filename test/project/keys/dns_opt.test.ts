import { testServiceKey } from '../key-tests.ts';

testServiceKey('dns_opt', {
  forms: [['[ndots:1, use-vc]', ['ndots:1', 'use-vc']]],
  faults: [['ndots:1', 'invalid-type 4:14 ndots:1']],
});
