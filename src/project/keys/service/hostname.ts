import { orEmpty } from '../../scalars/flaw.ts';
import { readHostname } from '../../scalars/names.ts';
import { text } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...text(orEmpty(readHostname)),
  description: 'Host name inside the container, twelve digits of its id by default.',
  model: (hostname) => ({ hostname }),
};
