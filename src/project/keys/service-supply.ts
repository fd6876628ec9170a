import * as z from 'zod';
import { readDuration } from '../scalars/numbers.ts';
import { readPullPolicy } from '../scalars/pull-policy.ts';
import { readVolumesFrom } from '../scalars/references.ts';
import { modelBindingsSchema } from './ai-models.ts';
import { grammar, type Keys, labels, list, map, mapping, options, scalar, text } from './fields.ts';
import { grantsSchema } from './grants.ts';

/** Where a service and its files come from. */
export function supplyKeys(): Keys {
  return {
    annotations: labels,
    configs: () => grantsSchema('config'),
    secrets: () => grantsSchema('secret'),
    models: modelBindingsSchema,
    platform: text,
    provider: providerSchema,
    pull_policy: () => grammar(text(), readPullPolicy),
    pull_refresh_after: () => scalar(readDuration),
    storage_opt: options,
    volumes_from: () => list(grammar(text(), readVolumesFrom)),
  };
}

function providerSchema() {
  const value = z.union([z.string(), z.number(), z.boolean()]);
  return mapping(
    'provider',
    {
      type: text().describe('Program that provides the service.'),
      options: map(z.union([value, z.array(value)])).describe('What the program is told.'),
    },
    ['type'],
  );
}
