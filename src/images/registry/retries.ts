import { setTimeout as delay } from 'node:timers/promises';
import { Stalled } from './exchange.ts';

/** The registry answered with an error. */
export class StatusError extends Error {
  readonly status: number;
  /** Its own words, if it has any. */
  readonly said: string | undefined;
  /** The wait that the header Retry-After asks for, in ms. */
  readonly retryAfter: number | undefined;

  constructor(status: number, said: string | undefined, retryAfter: number | undefined) {
    super(`the registry answers ${status}${said ? `: ${said}` : ''}`);
    this.status = status;
    this.said = said;
    this.retryAfter = retryAfter;
  }
}

export type RetryOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Waits so many ms; tests do not. */
  readonly wait: Wait;
  readonly onRetry: (error: Error, pause: number) => void;
};

export type Wait = (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;

export const waitFor: Wait = (milliseconds, signal) => delay(milliseconds, undefined, signal && { signal });

/** Makes an attempt up to five times if it fails in a way that may pass: after 1, 2, 4 and 8 s, or as the registry asks. */
export const withRetries = async <Result>(
  { signal, wait, onRetry }: RetryOptions,
  attempt: () => Promise<Result>,
): Promise<Result> => {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const pause = pauseAfter(error, failures);
      if (pause === undefined || signal?.aborted) throw error;
      onRetry(error as Error, pause);
      await wait(pause, signal);
    }
  }
};

/** How long to wait after so many failures before this one, in ms; undefined if another attempt is of no use. */
export const pauseAfter = (error: unknown, failures: number): number | undefined => {
  const pause = PAUSES[failures];
  if (pause === undefined || !mayPass(error)) return undefined;
  const asked = error instanceof StatusError ? (error.retryAfter ?? 0) : 0;
  return asked > LONGEST_PAUSE ? undefined : Math.max(pause, asked);
};

const mayPass = (error: unknown): boolean => {
  if (error instanceof StatusError) return PASSING_STATUSES.includes(error.status);
  return error instanceof Stalled || PASSING_CODES.includes((error as NodeJS.ErrnoException).code ?? '');
};

/** Retry-After in seconds or as a date, in ms from now. */
export const readRetryAfter = (header: string | undefined, now = Date.now()): number | undefined => {
  if (header === undefined) return undefined;
  const pause = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(pause) ? undefined : Math.max(pause, 0);
};

const PAUSES: readonly number[] = [1000, 2000, 4000, 8000];
const LONGEST_PAUSE = 60_000;
const PASSING_STATUSES: readonly number[] = [408, 429, 500, 502, 503, 504];
const PASSING_CODES: readonly string[] = ['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'];
