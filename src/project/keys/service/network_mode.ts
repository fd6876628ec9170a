import { orEmpty } from '../../scalars/flaw.ts';
import { isBridge, networkNamespace, readNetworkMode } from '../../scalars/references.ts';
import { orNothing, text } from '../kinds.ts';
import { joined } from '../parts/namespace.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...orNothing(text(orEmpty(readNetworkMode))),
  description:
    'The network: `none`, `host`, `service:name`, `container:name`, or the name of a network of the machine.',
  model: (mode, { networkOfMode }) => {
    const network = networkNamespace(mode);
    if (network) return { networks: {}, namespaces: { network } };
    // On Docker's own network no container has a name.
    return {
      networks: {
        [networkOfMode(mode)]: { aliases: [], ...(isBridge(mode) && { hasNames: false as const }) },
      },
    };
  },
  uses: (value) => joined('network_mode', value),
};
