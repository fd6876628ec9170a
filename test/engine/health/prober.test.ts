import test from 'ava';
import type { Health, HealthResult } from '../../../src/base/health.ts';
import { STARTING } from '../../../src/engine/health/judge.ts';
import { startProber } from '../../../src/engine/health/prober.ts';

const CHECK = {
  test: ['CMD', 'x'],
  interval: 30,
  timeout: 60_000,
  retries: 2,
  startPeriod: 0,
  startInterval: 5000,
};

/** A prober whose checks end when they are told to, or when they are given up. */
const begin = (health: Health = STARTING, check = CHECK, age = () => 1e6) => {
  const begun: ((exitCode: number) => void)[] = [];
  const noted: Health[] = [];
  const waiting: (() => void)[] = [];
  const prober = startProber({
    check,
    health,
    age,
    probe: (signal) =>
      new Promise<HealthResult>((resolve) => {
        const end = (exitCode: number) => resolve({ start: 0, end: 0, exitCode, output: '' });
        signal.addEventListener('abort', () => end(-1));
        begun.push(end);
        for (const go of waiting.splice(0)) go();
      }),
    note: (current) => void noted.push(current),
  });
  const next = async (): Promise<(exitCode: number) => void> => {
    while (begun.length === 0) await new Promise<void>((resolve) => void waiting.push(resolve));
    return begun.shift()!;
  };
  return { prober, noted, next };
};

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds));

test('the first check comes at once, the next one an interval after its end', async (t) => {
  const { prober, noted, next } = begin();
  const end = await next();
  await pause(2 * CHECK.interval);
  const ended = performance.now();
  end(0);
  (await next())(1);
  t.true(performance.now() - ended >= CHECK.interval - 1);
  (await next())(1);
  await next();
  t.deepEqual(
    noted.map(({ status }) => status),
    ['healthy', 'healthy', 'unhealthy'],
  );
  await prober.end();
});

test('a check that is given up has no result, and none follows until it goes on', async (t) => {
  const { prober, noted, next } = begin();
  await next();
  prober.pause();
  const further = next();
  t.is(await Promise.race([further, pause(3 * CHECK.interval)]), undefined);
  prober.resume();
  (await further)(0);
  await next();
  t.deepEqual(
    noted.map(({ log }) => log.length),
    [1],
  );
  await prober.end();
});

test('after the end there is no check any more', async (t) => {
  const { prober, noted, next } = begin();
  (await next())(0);
  await next();
  await prober.end();
  t.is(await Promise.race([next(), pause(3 * CHECK.interval)]), undefined);
  t.is(noted.length, 1);
});

test('the health goes on from what it was', async (t) => {
  const { prober, noted, next } = begin({ status: 'healthy', failingStreak: 1, log: [] });
  (await next())(1);
  await next();
  t.is(noted[0]?.status, 'unhealthy');
  await prober.end();
});

/** Red without: `isDueInDocker` in prober.ts. */
test('a success before the first check of Docker does not make failures of the start period count', async (t) => {
  let age = 0;
  const { prober, noted, next } = begin(
    STARTING,
    { ...CHECK, startPeriod: 1e6, startInterval: 20 },
    () => age,
  );
  (await next())(0);
  age = 100;
  (await next())(1);
  (await next())(1);
  const third = await next();
  t.deepEqual(
    noted.map(({ status, failingStreak }) => `${status} ${failingStreak}`),
    ['healthy 0', 'healthy 0', 'healthy 0'],
  );
  third(0);
  (await next())(1);
  await next();
  t.is(noted.at(-1)?.failingStreak, 1, 'after one that Docker would have made they do');
  await prober.end();
});

/** Red without: `wasProven` in prober.ts. */
test('the next supervisor knows whether Docker would have seen a success', async (t) => {
  const check = { ...CHECK, startPeriod: 1e6, startInterval: 20 };
  const streakAfterFailure = async (before: Partial<Health>) => {
    const { prober, noted, next } = begin(
      { status: 'healthy', failingStreak: 0, log: [], ...before },
      check,
      () => 5000,
    );
    (await next())(1);
    await next();
    await prober.end();
    return noted[0]?.failingStreak;
  };
  const success = (age: number): HealthResult => {
    const start = Date.now() - 5000 + age;
    return { start, end: start, exitCode: 0, output: '' };
  };
  t.is(await streakAfterFailure({ log: [success(1)] }), 0);
  t.is(await streakAfterFailure({ log: [success(1), success(4000)] }), 1);
  t.is(await streakAfterFailure({ log: [{ ...success(4000), exitCode: 1 }] }), 0);
  t.is(await streakAfterFailure({ failingStreak: 1 }), 2);
});

/** Red without: `over` in `lookNow` of prober.ts. */
test('no check begins before one that was given up has ended', async (t) => {
  const begun: (() => void)[] = [];
  const prober = startProber({
    check: CHECK,
    health: STARTING,
    age: () => 1e6,
    probe: () =>
      new Promise<HealthResult>((resolve) => {
        begun.push(() => resolve({ start: 0, end: 0, exitCode: -1, output: '' }));
      }),
    note: () => {},
  });
  while (begun.length === 0) await pause(1);
  prober.pause();
  prober.resume();
  await pause(3 * CHECK.interval);
  t.is(begun.length, 1);
  begun[0]!();
  while (begun.length === 1) await pause(1);
  const ended = prober.end();
  begun[1]!();
  await ended;
  t.is(begun.length, 2);
});
