import type { ImageConfig } from '../../images/model/config.ts';
import {
  type HealthCheck,
  healthCheckFrom,
  type PartOfHealthCheck,
} from '../../project/model/health-check.ts';

/** The health check of a service on an image, merged as in Docker: field by field, the service first. */
export const healthCheckOn = (
  { healthcheck, shell }: Pick<ImageConfig, 'healthcheck' | 'shell'>,
  ofService: PartOfHealthCheck = {},
): HealthCheck | undefined => {
  if (!healthcheck) return healthCheckFrom({ ...ofService, shell });
  const { test, retries, ...times } = healthcheck;
  const milliseconds = Object.entries(times).map(([field, nanoseconds]) => [field, nanoseconds / 1e6]);
  return healthCheckFrom(ofService, { test, retries, shell, ...Object.fromEntries(milliseconds) });
};
