import type { Health, HealthResult } from '../../base/health.ts';
import type { HealthCheck } from '../../project/model/health-check.ts';

/** The health of a container that has just started. */
export const STARTING: Health = { status: 'starting', failingStreak: 0, log: [] };

/** Number of results that are kept. */
const REMEMBERED = 5;

/**
 * The health after one more result, of a check that began at this age of the container; `isProven`: a check has
 * succeeded that Docker would have made too. As in Docker, a failure in the start period counts only after that. Unlike
 * there, the first check is made at once, so no failure counts before the time of Docker's first one: nothing is
 * unhealthy earlier than in Docker.
 */
export const judge = (
  check: HealthCheck,
  { failingStreak, status, log }: Health,
  result: HealthResult,
  age: number,
  isProven: boolean,
): Health => {
  const results = { log: [...log, result].slice(-REMEMBERED) };
  if (result.exitCode === 0) return { status: 'healthy', failingStreak: 0, ...results };
  const counts = isDueInDocker(check, age) && (isProven || age >= check.startPeriod);
  if (!counts) return { status, failingStreak, ...results };
  const streak = failingStreak + 1;
  return { status: streak >= check.retries ? 'unhealthy' : status, failingStreak: streak, ...results };
};

/** Whether Docker makes a check at this age: its first one comes after one interval. */
export const isDueInDocker = ({ interval, startPeriod, startInterval }: HealthCheck, age: number): boolean =>
  age >= (startPeriod > 0 ? startInterval : interval);

/**
 * Milliseconds from the end of a check, or from an interruption, to the next one. Before Docker's first check no failure
 * counts, so checks come soon and then more and more seldom, each when the container is twice as old: a database that is
 * ready after a second need not be waited for until its interval is over.
 */
export const timeToNext = (check: HealthCheck, { status }: Health, age: number): number => {
  const { interval, startPeriod, startInterval } = check;
  const regular = status === 'starting' && age < startPeriod ? startInterval : interval;
  const isEarly = status === 'starting' && !isDueInDocker(check, age);
  return isEarly ? Math.min(regular, Math.max(age, SOONEST)) : regular;
};

/** Milliseconds; programs need about as long to start. */
const SOONEST = 100;
