import { testServiceKey } from '../key-tests.ts';

testServiceKey('device_cgroup_rules', {
  forms: [['["c 1:3 mr", "a 7:* rmw"]', ['c 1:3 mr', 'a 7:* rmw']]],
  faults: [
    ['["c 4294967296:3 r"]', 'invalid-value 4:27 "c 4294967296:3 r"'],
    ['["c 1:3 rwmr"]', 'invalid-value 4:27 "c 1:3 rwmr"'],
    ['["C 1:3 r"]', 'invalid-value 4:27 "C 1:3 r"'],
    ['["c 1:3  r"]', 'invalid-value 4:27 "c 1:3  r"'],
    ['["x 1:3 r"]', 'invalid-value 4:27 "x 1:3 r"'],
    ['["c 1 r"]', 'invalid-value 4:27 "c 1 r"'],
    ['"c 1:3 r"', 'invalid-type 4:26 "c 1:3 r"'],
  ],
});
