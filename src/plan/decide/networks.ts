import type { Project } from '../../project/model/project.ts';
import { networkHash } from '../hash.ts';
import type { Observed } from '../observed.ts';
import { KEEP, type NetworkDecision, type ReconcileOptions } from './decisions.ts';

/** Decides about the networks of the selected services. */
export const decideNetworks = (
  { services, networks }: Project,
  observed: Observed,
  selected: ReadonlySet<string>,
  { noRecreate }: ReconcileOptions,
): readonly NetworkDecision[] => {
  const existing = new Map(observed.networks.map((network) => [network.key, network]));
  const used = new Set([...selected].flatMap((name) => Object.keys(services[name]!.networks)));
  return [...used].map((key) => {
    const network = networks[key]!;
    const hash = networkHash(network);
    const found = existing.get(key);
    if (!found && network.external) return { network, hash, ...KEEP };
    if (!found) return { network, hash, fate: 'create', because: 'no network yet' };
    if (found.hash !== hash && !noRecreate)
      return { network, hash, fate: 'recreate', because: 'configuration changed' };
    if (found.isBroken)
      return { network, hash, fate: 'restore', because: 'its bridge or a veth device is missing' };
    return { network, hash, ...KEEP };
  });
};
