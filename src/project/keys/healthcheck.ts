import * as z from 'zod';
import { readHealthTest } from '../scalars/health-test.ts';
import { boolean, duration, grammar, integer, mapping, orNothing, text } from './fields.ts';

/** Builds the schema of `healthcheck`. */
export function healthcheckSchema() {
  const healthcheck = mapping('health check', {
    test: z
      .union([text(), grammar(z.array(text()), readHealthTest), z.null()])
      .describe('Command that succeeds while the service is healthy: text for a shell, or a list.'),
    interval: duration().describe('Time between two checks, 30s by default.'),
    timeout: duration().describe('Time after which a check has failed, 30s by default.'),
    retries: integer(0).describe('Failures in a row that make the service unhealthy, 3 by default.'),
    start_period: duration().describe('Time after the start in which failures do not count.'),
    start_interval: duration().describe('Time between two checks in the start period, 5s by default.'),
    disable: boolean().describe('Make no checks, not even those of the image.'),
  });
  return orNothing(healthcheck);
}
