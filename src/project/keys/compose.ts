import * as z from 'zod';
import { resourceName } from '../scalars/names.ts';
import { modelSchema } from './ai-models.ts';
import { flawIssue, type Keys, lazyKeys, mapping, orNothing, shapeOf } from './fields.ts';
import { includeSchema } from './include.ts';
import { configSchema, secretSchema } from './materials.ts';
import { namedVolumeSchema } from './named-volume.ts';
import { networkSchema } from './network.ts';
import { serviceSchema } from './service.ts';
import { unsupportedTopLevel } from './unsupported.ts';

/** The keys that a file has at the top and in its services; schemas of others are not needed to check it. */
export type Occurring = { readonly topLevel: ReadonlySet<string>; readonly service: ReadonlySet<string> };

/** The schema of a Compose file, as people write it: the whole, or as much as a file has keys for. */
export function composeSchema(occurring?: Occurring) {
  const services = {
    services: () =>
      byName(serviceSchema(occurring?.service)).describe(
        'The services, each of which runs in a container of its own.',
      ),
  };
  return mapping('Compose file', shapeOf({ ...topLevelKeys, ...services }, occurring?.topLevel));
}

const topLevelKeys: Keys = lazyKeys({
  ...Object.fromEntries(Object.keys(unsupportedTopLevel).map((key) => [key, () => z.unknown()])),
  name: () => z.string().describe('Name of the project, the name of its directory by default.'),
  version: () => obsolete().describe('Obsolete and ignored.'),
  include: () =>
    includeSchema().describe(
      'Other Compose files, each with paths and variables of its own, under this one.',
    ),
  services: () => z.unknown(),
  networks: () => byName(networkSchema()).describe('The networks that services join.'),
  volumes: () => byName(namedVolumeSchema()).describe('Named volumes, which outlive services.'),
  secrets: () => byName(secretSchema()).describe('Sensitive files that services are given.'),
  configs: () => byName(configSchema()).describe('Files that services are given.'),
  models: () => byName(orNothing(modelSchema())).describe('AI models that services use.'),
});

function obsolete() {
  return z.unknown().check(({ value, issues }) => {
    issues.push(flawIssue({ must: '', code: 'obsolete-key', severity: 'warning' }, value));
  });
}

function byName<T extends z.ZodType>(schema: T) {
  return orNothing(z.record(z.string().regex(resourceName), schema));
}
