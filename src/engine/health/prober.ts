import type { Health, HealthResult } from '../../base/health.ts';
import { timerDelay } from '../../base/node/timer-delay.ts';
import type { HealthCheck } from '../../project/model/health-check.ts';
import { isDueInDocker, judge, timeToNext } from './judge.ts';

/** Makes the health checks of one container, one after the other. */
export type Prober = {
  /** Makes no checks; the current one is given up, and its result does not count. */
  readonly pause: () => void;
  /** Continues after one interval. */
  readonly resume: () => void;
  /** Makes no more checks; resolves when nothing of the current one is left. */
  readonly end: () => Promise<void>;
};

export type Probed = {
  readonly check: HealthCheck;
  /** The health so far. */
  readonly health: Health;
  /** Milliseconds from the start of the container until now, by a clock that nobody sets. */
  readonly age: () => number;
  /** Makes one check. Ends early when the signal is aborted, and leaves nothing. Never rejects. */
  readonly probe: (signal: AbortSignal) => Promise<HealthResult>;
  /** Called after each result. */
  readonly note: (health: Health) => void;
};

/** Makes the first check at once. */
export const startProber = ({ check, age, probe, note, ...before }: Probed): Prober => {
  let { health } = before;
  let isProven = wasProven(check, health, age());
  let timer: NodeJS.Timeout | undefined;
  let current = new AbortController();
  let over: Promise<void> = Promise.resolve();

  const look = async (signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return;
    const begun = age();
    const result = await probe(signal);
    if (signal.aborted) return;
    health = judge(check, health, result, begun, isProven);
    isProven ||= result.exitCode === 0 && isDueInDocker(check, begun);
    note(health);
    if (!signal.aborted) lookLater(signal);
  };
  // One that was given up may still be on its way out.
  const lookNow = (signal: AbortSignal): void => {
    over = over.then(() => look(signal));
  };
  const lookLater = (signal: AbortSignal): void => {
    timer = setTimeout(lookNow, timerDelay(timeToNext(check, health, age())), signal);
  };
  const halt = (): void => {
    clearTimeout(timer);
    current.abort();
  };

  lookNow(current.signal);
  return {
    pause: halt,
    resume: () => {
      halt();
      current = new AbortController();
      lookLater(current.signal);
    },
    end: () => {
      halt();
      return over;
    },
  };
};

/**
 * Whether the health of an earlier supervisor has a success that Docker would have seen. One that is older than the kept
 * results may be missed: then failures count later, never earlier.
 */
const wasProven = (check: HealthCheck, { failingStreak, log }: Health, age: number): boolean => {
  const ageAt = (time: number): number => age - (Date.now() - time);
  return (
    failingStreak > 0 ||
    log.some(({ exitCode, start }) => exitCode === 0 && isDueInDocker(check, ageAt(start)))
  );
};
