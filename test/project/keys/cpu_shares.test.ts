import test from 'ava';
import { problems, service, web } from '../support.ts';

test('a weight', (t) => {
  t.is(service(t, web('cpu_shares: 512')).limits.cpuShares, 512);
  t.is(service(t, web('cpu_shares: "512"')).limits.cpuShares, 512);
});

test('a whole number that is not negative', (t) => {
  t.deepEqual(problems(web('cpu_shares: -1')), ['error invalid-value 4:17 -1']);
  t.deepEqual(problems(web('cpu_shares: 1.5')), ['error invalid-value 4:17 1.5']);
});
