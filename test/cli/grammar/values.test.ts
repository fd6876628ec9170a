import test from 'ava';
import { variablesOf } from '../../../src/cli/attached/session-options.ts';
import { moment, scaleOf, seconds } from '../../../src/cli/grammar/values.ts';

test('seconds are numbers or durations', (t) => {
  t.is(seconds('10'), 10_000);
  t.is(seconds('0'), 0);
  t.is(seconds('250ms'), 250);
  t.throws(() => seconds('-1'), { instanceOf: TypeError });
});

test('a moment is a date, seconds since the epoch, or that long ago', (t) => {
  t.is(moment('2026-01-01T00:00:00Z'), 1_767_225_600_000);
  t.is(moment('1767225600'), 1_767_225_600_000);
  const [before, ago, after] = [Date.now(), moment('10m') + 600_000, Date.now()];
  t.true(before <= ago && ago <= after);
  t.throws(() => moment('yesterday'), { instanceOf: TypeError });
});

test('variables are pairs, or names of our own, and those that are not set are left out', (t) => {
  const variables = variablesOf(['A=1', 'B=x=y', 'C=', 'HOME', 'MISSING'], { HOME: '/root' });
  t.deepEqual(variables, { A: '1', B: 'x=y', C: '', HOME: '/root' });
});

test('a scale is a service and a number', (t) => {
  t.deepEqual(scaleOf('web=3'), ['web', 3]);
  t.deepEqual(scaleOf('web=0'), ['web', 0]);
  for (const wrong of ['web', '=3', 'web=', 'web=-1', 'web=1.5', 'web=3=4', 'web=many', 'web=10001'])
    t.throws(() => scaleOf(wrong), { instanceOf: TypeError }, wrong);
});
