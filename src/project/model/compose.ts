import * as z from 'zod';
import { lazy } from '../../base/lazy.ts';
import { resourceName } from '../scalars/names.ts';
import { flawIssue, mapping, unsupported } from './fields.ts';
import { networkSchema } from './network.ts';
import { serviceSchema } from './service.ts';
import { unsupportedTopLevel } from './unsupported.ts';

/** The schema of a whole Compose file, as people write it. */
export const composeSchema = lazy(() =>
  mapping('Compose file', {
    name: z.string().describe('Name of the project, the name of its directory by default.'),
    version: obsolete().describe('Obsolete and ignored.'),
    services: z
      .union([z.record(name(), serviceSchema()), z.null()])
      .describe('The services, each of which runs in a container of its own.'),
    networks: z
      .union([z.record(name(), networkSchema()), z.null()])
      .describe('The networks that services join.'),
    ...Object.fromEntries(Object.entries(unsupportedTopLevel).map(([key, what]) => [key, unsupported(what)])),
  }),
);

function obsolete() {
  return z.unknown().check(({ value, issues }) => {
    issues.push(flawIssue({ must: '', code: 'obsolete-key', severity: 'warning' }, value));
  });
}

const name = () => z.string().regex(resourceName);
