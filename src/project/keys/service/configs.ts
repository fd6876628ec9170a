import type { CanonicalGrant } from '../../model/canonical.ts';
import { grants, sourcesOf } from '../parts/grant.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly CanonicalGrant[]> = {
  ...grants('config'),
  unsupported: 'configuration files to mount',
  uses: (all) => sourcesOf('configs', all, ['configs']),
};
