import { readRestart } from '../scalars/restart.ts';
import { deploySchema } from './deploy.ts';
import { developSchema } from './develop.ts';
import { boolean, grammar, integer, type Keys, mapping, options, orNothing, text } from './fields.ts';
import { healthcheckSchema } from './healthcheck.ts';
import { hooksSchema, preStartSchema } from './hooks.ts';

/** What happens to a service over time, and how many of it there are. */
export function lifecycleKeys(): Keys {
  return {
    attach: boolean,
    deploy: () => deploySchema().describe('Limits of resources, also written as keys of the service.'),
    develop: developSchema,
    healthcheck: healthcheckSchema,
    logging: loggingSchema,
    post_start: hooksSchema,
    pre_start: preStartSchema,
    pre_stop: hooksSchema,
    restart: () => grammar(text(), readRestart),
    scale: () => integer(0),
  };
}

function loggingSchema() {
  const logging = mapping('logging configuration', {
    driver: text().describe('What takes the output.'),
    options: options().describe('Options of the driver.'),
  });
  return orNothing(logging);
}
