import { testServiceKey } from '../key-tests.ts';

testServiceKey('mac_address', {
  forms: [['02:42:ac:11:65:43', '02:42:ac:11:65:43']],
  faults: [
    ['02:42:ac:11:65', 'invalid-value 4:18 02:42:ac:11:65'],
    ['03:42:ac:11:65:43', 'invalid-value 4:18 03:42:ac:11:65:43'],
    ['zz:42:ac:11:65:43', 'invalid-value 4:18 zz:42:ac:11:65:43'],
  ],
});
