import { readHostname } from '../../scalars/names.ts';
import { text } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...text(readHostname),
  description: 'NIS domain name inside the container.',
  model: (domainname) => ({ domainname }),
};
