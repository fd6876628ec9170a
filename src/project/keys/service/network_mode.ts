import { orEmpty } from '../../scalars/flaw.ts';
import { readNetworkMode } from '../../scalars/references.ts';
import { orNothing, text } from '../kinds.ts';
import { joined } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...orNothing(text(orEmpty(readNetworkMode))),
  unsupported: 'the network namespace to use',
  uses: (value) => joined('network_mode', value),
};
