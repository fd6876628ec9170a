import { testServiceKey } from '../key-tests.ts';

testServiceKey('storage_opt', {
  forms: [['{size: 1G}', { size: '1G' }]],
  faults: [['[size=1G]', 'invalid-type 4:18 [size=1G]']],
});
