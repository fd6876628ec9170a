import type { NetworkDecision } from '../decide/decisions.ts';
import { isRunning, type ObservedContainer, refOf } from '../observed.ts';
import { idsOf, type Work } from './work.ts';

export const createNetworks = ({ plan, decisions, networks }: Work): void => {
  for (const { network, hash, fate, because } of decisions.networks) {
    const { key, name } = network;
    if (fate === 'create')
      networks.set(key, plan.add({ kind: 'network', verb: 'create', key, name, hash }, because));
  }
};

// A stop may take long, so nothing is disconnected before.
export const disconnectContainers = (work: Work): void => {
  const { plan, decisions, stopped, disconnected } = work;
  for (const decision of decisions.networks.filter(isMadeAgain)) {
    const { key } = decision.network;
    const before = idsOf(stopped, attachedTo(work, key));
    const ids = runningOn(work, key).map((container) =>
      plan.add({ ...refOf(container), verb: 'disconnect', network: key }, causeOf(decision), before),
    );
    disconnected.set(key, ids);
  }
};

export const recreateNetworks = (work: Work): void => {
  const { plan, decisions, networks, stopped, disconnected } = work;
  for (const { network, hash, because } of decisions.networks.filter(isMadeAgain)) {
    const { key, name } = network;
    const before = [...idsOf(stopped, attachedTo(work, key)), ...(disconnected.get(key) ?? [])];
    networks.set(key, plan.add({ kind: 'network', verb: 'recreate', key, name, hash }, because, before));
  }
};

export const connectContainers = (work: Work): void => {
  const { plan, decisions, networks, connected } = work;
  for (const decision of decisions.networks) {
    const { key } = decision.network;
    const made = networks.get(key);
    if (made === undefined) continue;
    for (const container of runningOn(work, key)) {
      const action = { ...refOf(container), verb: 'connect', network: key } as const;
      const id = plan.add(action, causeOf(decision), [made]);
      connected.set(container.name, [...(connected.get(container.name) ?? []), id]);
    }
  }
};

// A network that still has containers stays until the next time.
export const removeNetworks = (work: Work): void => {
  const { plan, options, decisions, gone } = work;
  if (!options.removeOrphans) return;
  for (const { key, name } of decisions.unused) {
    const attached = attachedTo(work, key);
    if (attached.every((container) => gone.has(container.name)))
      plan.add(
        { kind: 'network', verb: 'remove', key, name },
        'network is not in the file',
        idsOf(gone, attached),
      );
  }
};

const attachedTo = ({ observed }: Work, key: string): readonly ObservedContainer[] =>
  observed.containers.filter(({ networks }) => networks.includes(key));

/** The containers on a network that no operation stops. */
const runningOn = (work: Work, key: string): readonly ObservedContainer[] =>
  attachedTo(work, key).filter((container) => isRunning(container) && !work.stopped.has(container.name));

const causeOf = ({ network, fate }: NetworkDecision): string =>
  `network ${network.key} is ${fate === 'restore' ? 'restored' : 'recreated'}`;

const isMadeAgain = ({ fate }: NetworkDecision): boolean => fate === 'recreate' || fate === 'restore';
