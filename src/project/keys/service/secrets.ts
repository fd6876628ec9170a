import type { CanonicalGrant } from '../../model/canonical.ts';
import { grants, sourcesOf } from '../parts/grant.ts';
import { grantsOf } from '../parts/grants-of.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly CanonicalGrant[]> = {
  ...grants('secret', '/run/secrets/'),
  description: 'Secrets that are files in the memory of the container, from the top-level `secrets`.',
  model: (_, service) => ({ grants: grantsOf(service) }),
  uses: (all) => sourcesOf('secrets', all, ['secrets']),
};
