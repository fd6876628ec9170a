import { replicasOf } from '../../project/model/replicas.ts';
import type { Decisions, ReconcileOptions } from '../decide/decisions.ts';
import { type Observed, type ObservedContainer, temporaryName } from '../observed.ts';
import { type ContainerRef, type Planner, planner } from '../plan.ts';

/** A plan while it is made. */
export type Work = {
  readonly plan: Planner;
  readonly observed: Observed;
  readonly options: ReconcileOptions;
  readonly decisions: Decisions;
  /** The containers that go, each with the reason. */
  readonly leaving: ReadonlyMap<ObservedContainer, string>;
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

export const begin = (observed: Observed, options: ReconcileOptions, decisions: Decisions): Work => ({
  plan: planner(),
  observed,
  options,
  decisions,
  leaving: leavingOf(decisions, options),
  networks: new Map(),
  volumes: new Map(),
  stopped: new Map(),
  disconnected: new Map(),
  connected: new Map(),
  gone: new Map(),
  made: new Map(),
});

const leavingOf = ({ services, orphans }: Decisions, { removeOrphans }: ReconcileOptions): Work['leaving'] =>
  new Map([
    ...services.flatMap(({ service, surplus }) =>
      surplus.map((one) => [one, `${service.name} is scaled to ${replicasOf(service)}`] as const),
    ),
    ...(removeOrphans ? orphans : []).map((one) => [one, 'belongs to no service of the file'] as const),
  ]);

export const temporaryRef = (ref: ContainerRef, replaced: ObservedContainer): ContainerRef => {
  const name = temporaryName(replaced, ref.container);
  return { ...ref, name, container: name };
};

export const idsOf = (
  ids: ReadonlyMap<string, number>,
  containers: readonly ObservedContainer[],
): readonly number[] => containers.map(({ name }) => ids.get(name)).filter(isId);

export const isId = (id: number | undefined): id is number => id !== undefined;
