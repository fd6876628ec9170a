import { orEmpty } from '../../scalars/flaw.ts';
import { plainMac, readMac } from '../../scalars/network/addresses.ts';
import { text } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...text(orEmpty(readMac)),
  description: 'Hardware address of the first interface.',
  model: (value) => ({ macAddress: plainMac(value) }),
};
