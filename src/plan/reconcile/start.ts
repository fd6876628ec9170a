import { isOver } from '../../base/status.ts';
import type { Service } from '../../project/model/project.ts';
import type { ContainerDecision, ServiceDecision } from '../decide/decisions.ts';
import { isRunning } from '../observed.ts';
import { type Awaited, oneShots, openWaits, wantedOf } from '../waits.ts';
import { idsOf, isId, type Work } from './work.ts';

export const keepContainers = ({ plan, decisions }: Work): void => {
  for (const { ref, fate, selected, observed } of decisions.containers) {
    if (fate !== 'keep' || !selected || !observed) continue;
    if (isRunning(observed)) plan.keep(ref, 'running');
    else if (isOver(observed.state)) plan.keep(ref, 'completed');
  }
};

/** A container with the operations after which it runs, or none if it stays as it is. */
type Reached = { readonly awaited: Awaited; readonly selected: boolean; readonly ids: readonly number[] };

/** Starts containers, each as soon as its own dependencies allow. */
export const startContainers = (work: Work): void => {
  const { plan, options, decisions, networks, stopped, connected, made } = work;
  if (options.noStart) return;
  const { dependant } = options;
  const starting = decisions.services.filter(({ containers }) => containers.some(isStarted));
  const waits = openWaits(plan, [
    ...starting.map(({ service }) => service),
    ...(dependant ? [dependant] : []),
  ]);
  const reached = new Map<string, readonly Reached[]>();
  /** Order holds through a service without containers. */
  const through = new Map<string, readonly number[]>();
  const behind = ({ dependsOn }: Pick<Service, 'dependsOn'>, isWaiting: boolean): readonly number[] =>
    Object.entries(dependsOn).flatMap(([name, edge]) => [
      ...(through.get(name) ?? []),
      ...(reached.get(name) ?? []).flatMap(({ awaited, selected, ids }) =>
        isWaiting && selected ? waits.behind(edge, awaited, ids) : ids,
      ),
    ]);
  for (const one of decisions.services) {
    const { service, containers } = one;
    const dependencies = [...new Set(behind(service, containers.some(isStarted)))];
    if (containers.length === 0) through.set(service.name, dependencies);
    const others = [
      ...networkIds(networks, service),
      ...portIds(stopped, one),
      ...joinedIds(work, service),
      ...dependencies,
    ];
    const idsAfter = ({
      ref,
      fate,
      because,
      observed,
      ...decision
    }: ContainerDecision): readonly number[] => {
      const back = (observed && connected.get(observed.name)) ?? [];
      if (!isStarted({ fate, ...decision })) return [...new Set([...back, ...dependencies])];
      const own = made.get(ref.container) ?? (observed && stopped.get(observed.name));
      const cause = fate === 'create' || fate === 'recreate' ? 'container is new' : because;
      const verb = fate === 'unpause' ? 'unpause' : 'start';
      return [plan.add({ ...ref, verb }, cause, [...[own].filter(isId), ...back, ...others])];
    };
    reached.set(
      service.name,
      containers.map((decision) => ({
        awaited: awaitedOf(decision),
        selected: decision.selected,
        ids: idsAfter(decision),
      })),
    );
  }
  if (dependant) behind(dependant, true);
  if (!options.wait) return;
  const shots = oneShots(decisions.services.map(({ service }) => service));
  for (const [name, containers] of reached)
    for (const { awaited, selected, ids } of containers)
      if (selected) waits.add(wantedOf(name, shots), awaited, ids);
};

const isStarted = ({ fate, start }: Pick<ContainerDecision, 'fate' | 'start'>): boolean =>
  fate !== 'keep' && start;

const awaitedOf = ({ ref, fate, observed }: ContainerDecision): Awaited => ({
  ref,
  staying: fate === 'keep' ? observed : undefined,
});

/** A container may get a port that another one of its service has until it is stopped. */
const portIds = (
  stopped: ReadonlyMap<string, number>,
  { service: { ports = [] }, containers, surplus }: ServiceDecision,
): readonly number[] => {
  const all = [...containers.flatMap(({ observed }) => observed ?? []), ...surplus];
  return ports.length === 0 || all.length < 2 ? [] : idsOf(stopped, all);
};

/** A container joins a namespace of the first that runs, and not of one that goes. */
const joinedIds = ({ decisions, stopped }: Work, { namespaces }: Service): readonly number[] => {
  const joined = Object.values(namespaces ?? {}).flatMap((one) => (one.kind === 'service' ? one.name : []));
  if (joined.length === 0) return [];
  return decisions.services.flatMap(({ service, surplus }) =>
    joined.includes(service.name) ? idsOf(stopped, surplus) : [],
  );
};

const networkIds = (
  ids: ReadonlyMap<string, number>,
  { networks }: ContainerDecision['service'],
): readonly number[] =>
  Object.keys(networks)
    .map((key) => ids.get(key))
    .filter(isId);
