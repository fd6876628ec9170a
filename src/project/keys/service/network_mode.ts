import { readNetworkMode } from '../../scalars/references.ts';
import { joined } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';
import { orNothing, text } from '../values.ts';

export const key: ServiceKey<string> = {
  ...orNothing(text(readNetworkMode)),
  unsupported: 'the network namespace to use',
  uses: (value) => joined('network_mode', value),
};
