import { readHostname } from '../../scalars/names.ts';
import type { ServiceKey } from '../service-key.ts';
import { text } from '../values.ts';

export const key: ServiceKey<string> = {
  ...text(readHostname),
  description: 'Host name inside the container, twelve digits of its id by default.',
  model: (hostname) => ({ hostname }),
};
