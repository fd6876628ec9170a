import test from 'ava';
import type { Health, HealthResult } from '../../../src/base/health.ts';
import { judge, STARTING, timeToNext } from '../../../src/engine/health/judge.ts';
import type { HealthCheck } from '../../../src/project/model/health-check.ts';

const CHECK: HealthCheck = {
  test: ['CMD', 'x'],
  interval: 1000,
  timeout: 1000,
  retries: 2,
  startPeriod: 0,
  startInterval: 500,
};

const result = (exitCode: number, output = ''): HealthResult => ({ start: 0, end: 0, exitCode, output });

/** `healthy`, or `starting 1` with the streak; `F` is a failure and `S` a success at an age. */
const after = (check: Partial<HealthCheck>, events: string, isProven = false): string => {
  let health: Health = STARTING;
  for (const [, what, age] of events.matchAll(/([FS])(\d+)/g))
    health = judge({ ...CHECK, ...check }, health, result(what === 'S' ? 0 : 1), Number(age), isProven);
  return `${health.status}${health.failingStreak > 0 ? ` ${health.failingStreak}` : ''}`;
};

for (const [rule, check, events, expected] of [
  ['a success is enough', {}, 'S0', 'healthy'],
  ['a failure at once is not counted', {}, 'F0', 'starting'],
  ['Docker’s first check comes after one interval', {}, 'F0 F999', 'starting'],
  ['from then on failures count', {}, 'F0 F1000', 'starting 1'],
  ['as many as retries make it unhealthy', {}, 'F0 F1000 F2000', 'unhealthy 2'],
  ['a success begins the count anew', {}, 'F1000 S2000 F3000', 'healthy 1'],
  ['an unhealthy one becomes healthy again', {}, 'F1000 F2000 S3000', 'healthy'],
  ['failures in the start period do not count', { startPeriod: 5000 }, 'F600 F1100 F4999', 'starting'],
  ['and after it they do', { startPeriod: 5000 }, 'F4999 F5000 F6000', 'unhealthy 2'],
  [
    'with a start period shorter than the start interval, the first one of Docker counts',
    { startPeriod: 100 },
    'F200 F500',
    'starting 1',
  ],
] as const)
  test(`${rule}: ${events}`, (t) => {
    t.is(after(check, events), expected);
  });

test('after a success that Docker would have seen, failures count in the start period too', (t) => {
  t.is(after({ startPeriod: 5000 }, 'F600', true), 'starting 1');
  t.is(after({ startPeriod: 5000 }, 'F499', true), 'starting');
});

test('the last five results are kept, also those that do not count', (t) => {
  let health = STARTING;
  for (let number = 1; number <= 7; number++) health = judge(CHECK, health, result(1, `${number}`), 0, false);
  t.deepEqual(
    health.log.map(({ output }) => output),
    ['3', '4', '5', '6', '7'],
  );
});

test('the start interval is for the start period, until the first success', (t) => {
  const check = { ...CHECK, startPeriod: 5000 };
  t.is(timeToNext(check, STARTING, 4999), 500);
  t.is(timeToNext(check, STARTING, 5000), 1000);
  t.is(timeToNext(check, { ...STARTING, status: 'healthy' }, 0), 1000);
  t.is(timeToNext(CHECK, STARTING, 1000), 1000);
  // Red without: `isDueInDocker` in `timeToNext`.
  t.is(timeToNext({ ...check, interval: 30_000 }, STARTING, 6000), 30_000);
});

/** Red without: `isEarly` in judge.ts. */
test('before the first check of Docker, the next one comes when the container is twice as old', (t) => {
  const delays = (check: Partial<HealthCheck>, ...ages: number[]) =>
    ages.map((age) => timeToNext({ ...CHECK, ...check }, STARTING, age));
  t.deepEqual(delays({}, 5, 100, 300, 999, 1000), [100, 100, 300, 999, 1000]);
  t.deepEqual(delays({ startPeriod: 5000 }, 0, 300, 499, 501), [100, 300, 499, 500]);
  t.deepEqual(delays({ interval: 30 }, 0), [30], 'never later than asked for');
  t.is(timeToNext(CHECK, { ...STARTING, status: 'healthy' }, 5), 1000);
});
