import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('10 seconds by default', (t) => {
  t.is(service(t, web('tty: true')).stopGracePeriod, 10_000);
});

for (const [written, milliseconds] of [
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1.5s', 1500],
  ['0', 0],
  ['1h', 3_600_000],
] as const) {
  test(`${written} is ${milliseconds} ms`, (t) => {
    t.is(service(t, web(`stop_grace_period: ${written}`)).stopGracePeriod, milliseconds);
  });
}

test('the canonical form is that of Go', (t) => {
  t.is(canonicalService(web('stop_grace_period: 90s')).stop_grace_period, '1m30s');
});

test('a unit is needed', (t) => {
  t.deepEqual(problems(web('stop_grace_period: 10')), ['error invalid-value 4:24 10']);
  t.deepEqual(problems(web('stop_grace_period: soon')), ['error invalid-value 4:24 soon']);
  t.deepEqual(problems(web('stop_grace_period: -1s')), ['error invalid-value 4:24 -1s']);
});
