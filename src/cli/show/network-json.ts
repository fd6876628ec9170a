import type { ListedNetwork } from '../../engine/doors/machine-networks.ts';
import { networkLabels } from './network-list.ts';

/** The keys of `networkJson`. */
export const networkInspectFields = [
  ...[
    'Attachable',
    'ConfigFrom',
    'ConfigOnly',
    'Containers',
    'Created',
    'Driver',
    'EnableIPv4',
    'EnableIPv6',
  ],
  ...['IPAM', 'Id', 'Ingress', 'Internal', 'Labels', 'Name', 'Options', 'Scope'],
] as const;

/** A network with the keys of `docker network inspect`. */
export function networkJson(network: ListedNetwork) {
  const { name, id, created, blocks, options, isInternal, endpoints } = network;
  return {
    Name: name,
    Id: id,
    Created: new Date(created).toISOString(),
    Scope: 'local',
    Driver: 'bridge',
    EnableIPv4: blocks.some(({ subnet }) => !subnet.includes(':')),
    EnableIPv6: blocks.some(({ subnet }) => subnet.includes(':')),
    IPAM: {
      Driver: 'default',
      Options: {},
      Config: blocks.map(({ subnet, range, gateway }) => ({
        Subnet: subnet,
        ...(range !== undefined && { IPRange: range }),
        Gateway: gateway,
      })),
    },
    Internal: isInternal,
    Attachable: true,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(
      endpoints
        .filter(({ isRunning }) => isRunning)
        .map((endpoint) => [
          endpoint.id,
          {
            Name: endpoint.container,
            IPv4Address: withPrefix(endpoint.address, blocks),
            IPv6Address: withPrefix(endpoint.address6, blocks),
          },
        ]),
    ),
    Options: options,
    Labels: networkLabels(network),
  };
}

/** `172.20.0.2/20`, as Docker shows an address; empty if there is none. */
function withPrefix(address: string | undefined, blocks: ListedNetwork['blocks']): string {
  if (!address) return '';
  const isOfFamily = ({ subnet }: { readonly subnet: string }) =>
    subnet.includes(':') === address.includes(':');
  return `${address}/${blocks.find(isOfFamily)?.subnet.split('/')[1] ?? ''}`;
}
