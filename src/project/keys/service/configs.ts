import type { CanonicalGrant } from '../../model/canonical.ts';
import { grants, sourcesOf } from '../parts/grant.ts';
import { grantsOf } from '../parts/grants-of.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly CanonicalGrant[]> = {
  ...grants('config'),
  description: 'Configs that are files in the container, from the top-level `configs`.',
  model: (_, service) => ({ grants: grantsOf(service) }),
  uses: (all) => sourcesOf('configs', all, ['configs']),
};
