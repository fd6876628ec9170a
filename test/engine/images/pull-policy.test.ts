import test from 'ava';
import { mustPull } from '../../../src/engine/images/pull-policy.ts';

const HOUR = 3600_000;

/** Whether it is pulled if it is not here, if it is an hour old, a day, and a week. */
const rows: readonly (readonly [policy: string | undefined, pulled: string])[] = [
  [undefined, 'yes no no no'],
  ['missing', 'yes no no no'],
  ['always', 'yes yes yes yes'],
  ['never', 'no no no no'],
  ['build', 'no no no no'],
  ['daily', 'yes no yes yes'],
  ['weekly', 'yes no no yes'],
  ['every_12h', 'yes no yes yes'],
  ['every_1w1d', 'yes no no no'],
];

for (const [policy, pulled] of rows)
  test(`pull_policy ${policy ?? 'without a value'}`, (t) => {
    const times = [undefined, -HOUR, -24 * HOUR, -7 * 24 * HOUR];
    const asked = times.map((time) => mustPull({ ...(policy && { policy }) }, time, 0));
    t.is(asked.map((is) => (is ? 'yes' : 'no')).join(' '), pulled);
  });

test('pull_policy refresh takes the age from pull_refresh_after', (t) => {
  t.false(mustPull({ policy: 'refresh', refreshAfter: HOUR }, 0, HOUR - 1));
  t.true(mustPull({ policy: 'refresh', refreshAfter: HOUR }, 0, HOUR));
});
