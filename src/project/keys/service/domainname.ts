import { readHostname } from '../../scalars/names.ts';
import type { ServiceKey } from '../service-key.ts';
import { text } from '../values.ts';

export const key: ServiceKey<string> = {
  ...text(readHostname),
  description: 'NIS domain name inside the container.',
  model: (domainname) => ({ domainname }),
};
