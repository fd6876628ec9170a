import { grants, sourcesOf } from '../parts/grant.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<'configs'> = {
  ...grants('config'),
  unsupported: 'configuration files to mount',
  uses: (all) => sourcesOf('configs', all, ['configs']),
};
