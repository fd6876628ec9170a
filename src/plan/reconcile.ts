import type { Project } from '../project/model/project.ts';
import {
  type ContainerDecision,
  type Decisions,
  decide,
  type NetworkDecision,
  type ReconcileOptions,
} from './decide.ts';
import { isRunning, type Observed, type ObservedContainer, refOf, temporaryName } from './observed.ts';
import { recordedOrder, walk } from './order.ts';
import { type ContainerRef, type Plan, type Planner, planner } from './plan.ts';
import { NO_VOLUME, volumesOf } from './volumes.ts';

/**
 * The operations that bring a project to the state of its files: new networks and containers; stops, dependants first;
 * recreated networks, between the disconnection and connection of the containers that run on; renames of new containers;
 * starts, dependants last. Replaced containers are removed at the end, so that a failure can put them back. Operations
 * without an order between them may run at once. Pure.
 */
export const reconcile = (project: Project, observed: Observed, options: ReconcileOptions = {}): Plan => {
  const work = begin(observed, options, decide(project, observed, options));
  keepContainers(work);
  createNetworks(work);
  createVolumes(work);
  createContainers(work);
  stopContainers(work);
  disconnectContainers(work);
  recreateNetworks(work);
  connectContainers(work);
  renameContainers(work);
  startContainers(work);
  removeContainers(work);
  removeNetworks(work);
  return work.plan.finish(work.decisions.diagnostics);
};

type Work = {
  readonly plan: Planner;
  readonly observed: Observed;
  readonly options: ReconcileOptions;
  readonly decisions: Decisions;
  /** The operation that makes a network, by key. */
  readonly networks: Map<string, number>;
  /** The operation that makes a volume, by its name on this machine. */
  readonly volumes: Map<string, number>;
  /** The operation after which a container no longer runs, by the name it has now. */
  readonly stopped: Map<string, number>;
  /** The operations that disconnect containers, by the network's key. */
  readonly disconnected: Map<string, number[]>;
  /** The operations after which a container that runs on is on its networks again, by its name. */
  readonly connected: Map<string, number[]>;
  /** The operation after which a container is no more, by the name it has now. */
  readonly gone: Map<string, number>;
  /** The operation after which a new container is there, by the name it is to have. */
  readonly made: Map<string, number>;
};

const begin = (observed: Observed, options: ReconcileOptions, decisions: Decisions): Work => ({
  plan: planner(),
  observed,
  options,
  decisions,
  networks: new Map(),
  volumes: new Map(),
  stopped: new Map(),
  disconnected: new Map(),
  connected: new Map(),
  gone: new Map(),
  made: new Map(),
});

const keepContainers = ({ plan, decisions }: Work): void => {
  for (const { ref, fate, selected, observed } of decisions.containers)
    if (fate === 'keep' && selected && observed && isRunning(observed)) plan.keep(ref, 'running');
};

const createNetworks = ({ plan, decisions, networks }: Work): void => {
  for (const { network, hash, fate, because } of decisions.networks) {
    const { key, name } = network;
    if (fate === 'create')
      networks.set(key, plan.add({ kind: 'network', verb: 'create', key, name, hash }, because));
  }
};

const createVolumes = ({ plan, decisions, volumes }: Work): void => {
  for (const { name } of decisions.volumes)
    if (!volumes.has(name)) volumes.set(name, plan.add({ kind: 'volume', verb: 'create', name }, NO_VOLUME));
};

const createContainers = ({ plan, decisions, volumes, made }: Work): void => {
  for (const { ref, service, hash, fate, because, observed } of decisions.containers) {
    const before = volumesOf(service)
      .map((name) => volumes.get(name))
      .filter(isId);
    if (fate === 'create')
      made.set(ref.container, plan.add({ ...ref, verb: 'create', hash }, because, before));
    if (fate !== 'recreate' || !observed) continue;
    const { name: replaces } = observed;
    const successor = temporaryRef(ref, observed);
    const action = { ...successor, verb: 'create', hash, replaces, recreates: ref.container } as const;
    made.set(ref.container, plan.add(action, because, before));
  }
};

const stopContainers = (work: Work): void => {
  const { plan, observed, decisions, made, stopped } = work;
  const decided = new Map(decisions.containers.map((decision) => [decision.observed?.name, decision]));
  const { stopping, dependants } = recordedOrder(observed.containers);
  const stops = walk(stopping, dependants, (container, before) => {
    const decision = decided.get(container.name);
    const because = stopCause(work, container, decision);
    if (because === undefined || !isRunning(container)) return undefined;
    const ref = refOf(container);
    if (decision?.fate !== 'recreate')
      return plan.add({ ...ref, verb: 'stop', revives: true }, because, before);
    // Its successor is there before it is stopped.
    const successor = [made.get(decision.ref.container)].filter(isId);
    const action = { ...ref, verb: 'stop', revives: true, recreates: decision.ref.container } as const;
    return plan.add(action, because, [...before, ...successor]);
  });
  for (const [name, id] of stops) stopped.set(name, id);
};

const stopCause = (
  { options, decisions }: Work,
  container: ObservedContainer,
  decision: ContainerDecision | undefined,
): string | undefined => {
  if (decision)
    return decision.fate === 'recreate' || decision.fate === 'bounce' ? decision.because : undefined;
  return options.removeOrphans && decisions.orphans.includes(container) ? ORPHAN : undefined;
};

// A stop may take long, so nothing is disconnected before.
const disconnectContainers = (work: Work): void => {
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

const recreateNetworks = (work: Work): void => {
  const { plan, decisions, networks, stopped, disconnected } = work;
  for (const { network, hash, because } of decisions.networks.filter(isMadeAgain)) {
    const { key, name } = network;
    const before = [...idsOf(stopped, attachedTo(work, key)), ...(disconnected.get(key) ?? [])];
    networks.set(key, plan.add({ kind: 'network', verb: 'recreate', key, name, hash }, because, before));
  }
};

const connectContainers = (work: Work): void => {
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

const renameContainers = ({ plan, decisions, made, stopped }: Work): void => {
  for (const { ref, fate, because, observed } of decisions.containers) {
    if (fate !== 'recreate' || !observed) continue;
    const before = [stopped.get(observed.name) ?? made.get(ref.container)].filter(isId);
    const action = { ...temporaryRef(ref, observed), verb: 'rename', to: ref.container } as const;
    made.set(ref.container, plan.add({ ...action, recreates: ref.container }, because, before));
  }
};

const startContainers = (work: Work): void => {
  const { plan, options, decisions, networks, stopped, connected, made } = work;
  if (options.noStart) return;
  const started = new Map<string, readonly number[]>();
  for (const { ref, service, fate, because, observed, start } of decisions.containers) {
    const dependencies = Object.keys(service.dependsOn).flatMap((name) => started.get(name) ?? []);
    if (fate === 'keep' || !start) {
      const own = (observed && connected.get(observed.name)) ?? [];
      started.set(service.name, [...new Set([...own, ...dependencies])]);
      continue;
    }
    const own = made.get(ref.container) ?? (observed && stopped.get(observed.name));
    const cause = fate === 'create' || fate === 'recreate' ? 'container is new' : because;
    const ids = [
      ...[own].filter(isId),
      ...((observed && connected.get(observed.name)) ?? []),
      ...networkIds(networks, service),
      ...dependencies,
    ];
    const verb = fate === 'unpause' ? 'unpause' : 'start';
    started.set(service.name, [plan.add({ ...ref, verb }, cause, ids)]);
  }
};

// The first waits for everything else, and the others for the first: that says the same with fewer words.
const removeContainers = ({ plan, options, decisions, gone }: Work): void => {
  let before = plan.ends();
  const remove = (
    container: ObservedContainer,
    ref: ContainerRef & { readonly recreates?: string },
    because: string,
  ): void => {
    const id = plan.add({ ...ref, verb: 'remove', isLast: true }, because, before);
    gone.set(container.name, id);
    before = [id];
  };
  for (const { ref, fate, observed } of decisions.containers)
    if (fate === 'recreate' && observed)
      remove(
        observed,
        { ...temporaryRef(ref, observed), recreates: ref.container },
        `replaced by ${ref.name}`,
      );
  if (options.removeOrphans)
    for (const container of decisions.orphans) remove(container, refOf(container), ORPHAN);
};

// A network that still has containers stays until the next time.
const removeNetworks = (work: Work): void => {
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

const temporaryRef = (ref: ContainerRef, replaced: ObservedContainer): ContainerRef => {
  const name = temporaryName(replaced, ref.container);
  return { ...ref, name, container: name };
};

const idsOf = (
  ids: ReadonlyMap<string, number>,
  containers: readonly ObservedContainer[],
): readonly number[] => containers.map(({ name }) => ids.get(name)).filter(isId);

const networkIds = (
  ids: ReadonlyMap<string, number>,
  { networks }: ContainerDecision['service'],
): readonly number[] =>
  Object.keys(networks)
    .map((key) => ids.get(key))
    .filter(isId);

const isMadeAgain = ({ fate }: NetworkDecision): boolean => fate === 'recreate' || fate === 'restore';

const isId = (id: number | undefined): id is number => id !== undefined;

const ORPHAN = 'belongs to no service of the file';
