import type { Service } from '../../project/model/project.ts';
import type { NetworkRecord } from '../record/project-record.ts';

/**
 * The network of a service that has its default route and its published ports, of those that it may be: as in Docker the
 * one with the highest priority, of several the first by name, and none that is internal.
 */
export const wayOut = (
  { networks: attachments }: Pick<Service, 'networks'>,
  networks: Readonly<Record<string, NetworkRecord>>,
  mayBe: (network: NetworkRecord) => boolean = () => true,
): NetworkRecord | undefined =>
  Object.entries(attachments)
    .map(([key, { gatewayPriority = 0 }]) => ({ network: networks[key], gatewayPriority }))
    .flatMap(({ network, gatewayPriority }) =>
      network && !network.internal && mayBe(network) ? [{ network, gatewayPriority }] : [],
    )
    .toSorted((a, b) => b.gatewayPriority - a.gatewayPriority || (a.network.name < b.network.name ? -1 : 1))
    .at(0)?.network;
