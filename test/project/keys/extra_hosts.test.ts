import { testServiceKey } from '../key-tests.ts';

testServiceKey('extra_hosts', {
  forms: [
    ['["b=1.2.3.4", "a:host-gateway"]', ['a=host-gateway', 'b=1.2.3.4']],
    ['["a=fd00::1", "b:[fd00::2]", "c:fd00::3"]', ['a=fd00::1', 'b=fd00::2', 'c=fd00::3']],
    ['["a=1.2.3.4,fd00::1"]', ['a=1.2.3.4', 'a=fd00::1']],
    ['{a: 1.2.3.4, b: [1.2.3.5, "[::1]"]}', ['a=1.2.3.4', 'b=1.2.3.5', 'b=::1']],
  ],
  faults: [
    ['[a]', 'invalid-value 4:19 a'],
    ['["a=b"]', 'invalid-value 4:19 "a=b"'],
    ['["=1.2.3.4"]', 'invalid-value 4:19 "=1.2.3.4"'],
    ['{a: 1.2.3}', 'invalid-value 4:22 1.2.3'],
    ['{"a b": 1.2.3.4}', 'invalid-value 4:19 "a b"'],
    ['["x\\n6.6.6.6 web=1.1.1.1"]', 'invalid-value 4:19 "x\\n6.6.6.6 web=1.1.1.1"'],
  ],
});
