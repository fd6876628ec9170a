import type { CanonicalService } from '../../model/canonical.ts';
import type { WantedImage } from '../../model/project.ts';
import { parsedValue } from '../../scalars/flaw.ts';
import { readDuration } from '../../scalars/numbers.ts';
import { type CanonicalHealthCheck, partOfHealthCheck } from './health-check.ts';

/** The image of a service, and what the other keys of the service say of it. */
export function wantedImage(reference: string, keys: CanonicalService): WantedImage {
  const {
    platform,
    pull_policy,
    pull_refresh_after,
    build,
    environment = {},
    stop_signal,
    healthcheck,
  } = keys;
  const unset = Object.keys(environment).filter((name) => environment[name] === null);
  return {
    kind: 'wanted-image',
    reference,
    ...(isWritten(platform) && { platform }),
    ...(isWritten(pull_policy) && { policy: pull_policy }),
    ...(isWritten(pull_refresh_after) && {
      refreshAfter: parsedValue(readDuration(pull_refresh_after)),
    }),
    ...(build !== undefined && { isBuilt: true }),
    ...(unset.length > 0 && { unset }),
    ...(isWritten(stop_signal) && { hasStopSignal: true }),
    ...(healthcheck ? { healthcheck: partOfHealthCheck(healthcheck as CanonicalHealthCheck) } : {}),
  };
}

function isWritten(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
