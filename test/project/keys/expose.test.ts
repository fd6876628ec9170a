import { testServiceKey } from '../key-tests.ts';

testServiceKey('expose', {
  forms: [['[80, "81", "90-95/udp"]', ['80', '81', '90-95/udp']]],
  faults: [
    ['80', 'invalid-type 4:13 80'],
    ['[http]', 'invalid-value 4:14 http'],
    ['["80/tpc"]', 'invalid-value 4:14 "80/tpc"'],
    ['["8080:80"]', 'invalid-value 4:14 "8080:80"'],
  ],
});
