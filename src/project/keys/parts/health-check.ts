import { parseDuration } from '../../../base/text/duration.ts';
import type { PartOfHealthCheck } from '../../model/health-check.ts';

export type CanonicalHealthCheck = {
  readonly test?: readonly string[] | null;
  readonly interval?: string;
  readonly timeout?: string;
  readonly retries?: number;
  readonly start_period?: string;
  readonly start_interval?: string;
  readonly disable?: boolean;
};

/** The health check of a service. */
export function partOfHealthCheck({
  test,
  disable,
  retries,
  ...times
}: CanonicalHealthCheck): PartOfHealthCheck {
  const milliseconds = (text: string | undefined) => (text === undefined ? undefined : parseDuration(text));
  return Object.fromEntries(
    Object.entries({
      test: disable ? ['NONE'] : (test ?? undefined),
      interval: milliseconds(times.interval),
      timeout: milliseconds(times.timeout),
      retries,
      startPeriod: milliseconds(times.start_period),
      startInterval: milliseconds(times.start_interval),
    }).filter(([, value]) => value !== undefined),
  );
}
