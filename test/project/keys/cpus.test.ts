import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('a number or text', (t) => {
  t.is(service(t, web('cpus: 0.5')).limits.cpus, 0.5);
  t.is(service(t, web('cpus: "1.5"')).limits.cpus, 1.5);
  t.is(canonicalService(web('cpus: "1.5"')).cpus, 1.5);
});

test('0 is no limit', (t) => {
  t.deepEqual(service(t, web('cpus: 0')).limits, {});
});

for (const value of ['-1', 'half', '1e3x', '0.001']) {
  test(`${value} is refused`, (t) => {
    t.deepEqual(problems(web(`cpus: ${value}`)), [`error invalid-value 4:11 ${value}`]);
  });
}
