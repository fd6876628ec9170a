import { orEmpty } from '../../scalars/flaw.ts';
import { readHostname } from '../../scalars/names.ts';
import { text } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...text(orEmpty(readHostname)),
  description: 'NIS domain name inside the container.',
  model: (domainname) => ({ domainname }),
};
