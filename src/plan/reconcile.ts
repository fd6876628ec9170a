import type { Project } from '../project/model/project.ts';
import { type ContainerDecision, type Decisions, decide, type ReconcileOptions } from './decide.ts';
import { isRunning, type Observed, type ObservedContainer, refOf } from './observed.ts';
import { recordedOrder, walk } from './order.ts';
import { type Plan, type Planner, planner } from './plan.ts';

/**
 * What has to be done so that a project is as its files say: what goes, dependants first; then networks; then new
 * containers; then starts, dependants last. What does not depend on each other may be done at once. Pure.
 */
export const reconcile = (project: Project, observed: Observed, options: ReconcileOptions = {}): Plan => {
  const work = begin(observed, options, decide(project, observed, options));
  createNetworks(work);
  endContainers(work);
  removeOrphans(work);
  recreateNetworks(work);
  createContainers(work);
  removeNetworks(work);
  startContainers(work);
  return work.plan.finish(work.decisions.diagnostics);
};

type Work = {
  readonly plan: Planner;
  readonly observed: Observed;
  readonly options: ReconcileOptions;
  readonly decisions: Decisions;
  /** Networks that go before they come again, so that their containers have to be stopped first. */
  readonly interrupted: ReadonlySet<string>;
  /** The operation that makes a network, by key. */
  readonly networks: Map<string, number>;
  /** The operation after which a container no longer runs, by the name it has now. */
  readonly ended: Map<string, number>;
  /** The operation after which a container is no more, by the name it has now. */
  readonly gone: Map<string, number>;
  /** The operation after which a container is there, by the name it is to have. */
  readonly made: Map<string, number>;
};

const begin = (observed: Observed, options: ReconcileOptions, decisions: Decisions): Work => {
  const again = decisions.networks.filter(({ fate }) => fate === 'recreate');
  return {
    plan: planner(),
    observed,
    options,
    decisions,
    interrupted: new Set(again.map(({ network }) => network.key)),
    networks: new Map(),
    ended: new Map(),
    gone: new Map(),
    made: new Map(),
  };
};

const createNetworks = ({ plan, decisions, networks }: Work): void => {
  for (const { network, hash, fate, because } of decisions.networks) {
    const { key, name } = network;
    if (fate === 'create')
      networks.set(key, plan.add({ kind: 'network', verb: 'create', key, name, hash }, because));
  }
};

const endContainers = (work: Work): void => {
  const decided = new Map(work.decisions.containers.map((decision) => [decision.observed?.name, decision]));
  const { stopping, dependants } = recordedOrder(work.observed.containers);
  walk(stopping, dependants, (container, before) => {
    const decision = decided.get(container.name);
    const id = endContainer(work, container, decision, isRunning(container) ? before : []);
    if (id !== undefined) work.ended.set(container.name, id);
    return isRunning(container) ? id : undefined;
  });
};

const endContainer = (
  work: Work,
  container: ObservedContainer,
  decision: ContainerDecision | undefined,
  before: readonly number[],
): number | undefined => {
  if (decision?.fate === 'recreate' && !isInterrupted(work, container, decision))
    return recreate(work, decision, container, before);
  const because = stopCause(work, container, decision);
  if (because === undefined || !isRunning(container)) return undefined;
  return work.plan.add({ ...refOf(container), verb: 'stop' }, because, before);
};

const stopCause = (
  work: Work,
  container: ObservedContainer,
  decision: ContainerDecision | undefined,
): string | undefined => {
  if (decision)
    return decision.fate === 'recreate' || decision.fate === 'bounce' ? decision.because : undefined;
  if (work.options.removeOrphans && work.decisions.orphans.includes(container)) return ORPHAN;
  const network = container.networks.find((key) => work.interrupted.has(key));
  return network === undefined ? undefined : `network ${network} is made anew`;
};

const removeOrphans = ({ plan, options, decisions, ended, gone }: Work): void => {
  if (!options.removeOrphans) return;
  for (const container of decisions.orphans)
    gone.set(
      container.name,
      plan.add({ ...refOf(container), verb: 'remove' }, ORPHAN, idsOf(ended, [container])),
    );
};

const recreateNetworks = ({ plan, decisions, observed, networks, ended }: Work): void => {
  for (const { network, hash, fate, because } of decisions.networks) {
    const { key, name } = network;
    if (fate !== 'recreate') continue;
    const attached = observed.containers.filter((container) => container.networks.includes(key));
    networks.set(
      key,
      plan.add({ kind: 'network', verb: 'recreate', key, name, hash }, because, idsOf(ended, attached)),
    );
  }
};

const createContainers = (work: Work): void => {
  const { plan, decisions, networks, ended, made } = work;
  for (const decision of decisions.containers) {
    const { ref, service, hash, fate, because, observed } = decision;
    if (fate === 'create')
      made.set(
        ref.container,
        plan.add({ ...ref, verb: 'create', hash }, because, networkIds(networks, service)),
      );
    if (fate === 'recreate' && observed && !made.has(ref.container))
      recreate(work, decision, observed, idsOf(ended, [observed]));
  }
};

const recreate = (
  { plan, networks, gone, made }: Work,
  { ref, service, hash, because }: ContainerDecision,
  { name: replaces }: ObservedContainer,
  before: readonly number[],
): number => {
  const id = plan.add({ ...ref, verb: 'recreate', hash, replaces }, because, [
    ...before,
    ...networkIds(networks, service),
  ]);
  gone.set(replaces, id);
  made.set(ref.container, id);
  return id;
};

// A network that somebody is still on stays, until the next time.
const removeNetworks = ({ plan, options, decisions, observed, gone }: Work): void => {
  if (!options.removeOrphans) return;
  for (const { key, name } of decisions.unused) {
    const attached = observed.containers.filter(({ networks }) => networks.includes(key));
    if (attached.every((container) => gone.has(container.name)))
      plan.add(
        { kind: 'network', verb: 'remove', key, name },
        'the file has no such network',
        idsOf(gone, attached),
      );
  }
};

const startContainers = ({ plan, options, decisions, networks, ended, made }: Work): void => {
  if (options.noStart) return;
  const started = new Map<string, readonly number[]>();
  for (const { ref, service, fate, because, observed, start } of decisions.containers) {
    const dependencies = Object.keys(service.dependsOn).flatMap((name) => started.get(name) ?? []);
    if (fate === 'keep' || !start) {
      started.set(service.name, [...new Set(dependencies)]);
      continue;
    }
    const own = made.get(ref.container);
    const before =
      own === undefined ? [observed && ended.get(observed.name), ...networkIds(networks, service)] : [own];
    const cause = fate === 'create' || fate === 'recreate' ? 'container is new' : because;
    const ids = [...before.filter(isId), ...dependencies];
    started.set(service.name, [plan.add({ ...ref, verb: 'start' }, cause, ids)]);
  }
};

const isInterrupted = (
  { interrupted }: Work,
  { networks }: ObservedContainer,
  { service }: ContainerDecision,
): boolean => [...networks, ...Object.keys(service.networks)].some((key) => interrupted.has(key));

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

const isId = (id: number | undefined): id is number => id !== undefined;

const ORPHAN = 'no service of the file has it';
