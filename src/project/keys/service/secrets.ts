import { grants, sourcesOf } from '../parts/grant.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<'secrets'> = {
  ...grants('secret', '/run/secrets/'),
  unsupported: 'sensitive files to mount',
  uses: (all) => sourcesOf('secrets', all, ['secrets']),
};
