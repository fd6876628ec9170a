import type { ListedNetwork } from '../../engine/doors/machine-networks.ts';
import { isLabelMet } from '../grammar/list-values.ts';
import type { NetworkFilter } from '../grammar/network-values.ts';
import { networkLabels } from '../show/network-list.ts';
import { selected } from './selected.ts';

/** The networks that meet the conditions. */
export const selectNetworks = (
  networks: readonly ListedNetwork[],
  filters: readonly NetworkFilter[],
): readonly ListedNetwork[] => selected(networks, filters, isMet);

function isMet(network: ListedNetwork, filter: NetworkFilter): boolean {
  switch (filter.key) {
    case 'name':
      return filter.pattern.test(network.name);
    case 'id':
      return filter.pattern.test(network.id);
    case 'driver':
      return filter.value === 'bridge';
    case 'scope':
      return filter.value === 'local';
    case 'type':
      return filter.value === 'custom';
    case 'dangling':
      return filter.isUnused === (network.endpoints.length === 0);
    case 'label':
      return isLabelMet(networkLabels(network), filter);
    case 'until':
      return network.created < filter.time;
    default:
      return filter satisfies never;
  }
}
