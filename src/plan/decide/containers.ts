import { containerNameOf } from '../../project/model/container-name.ts';
import type { Project, Service } from '../../project/model/project.ts';
import { newNumbers, replicasOf } from '../../project/model/replicas.ts';
import { configHash } from '../hash.ts';
import { isActive, type Observed, type ObservedContainer, shortName } from '../observed.ts';
import { byService } from '../order.ts';
import type { ContainerRef } from '../plan.ts';
import { oneShots } from '../waits.ts';
import type { ContainerDecision, ReconcileOptions, ServiceDecision } from './decisions.ts';
import { type Decided, judge } from './judge.ts';

/** Decides about the containers of a service, once those that it depends on are decided. */
export const decideContainers = (
  project: Project,
  { containers }: Observed,
  selected: ReadonlySet<string>,
  options: ReconcileOptions,
): ((service: Service, decided: Decided) => ServiceDecision) => {
  const existing = byService(containers.filter(({ oneOff }) => !oneOff));
  const named = new Set(options.services?.length ? options.services : selected);
  const forced = new Set([
    ...(options.forceRecreate ? named : []),
    ...(options.alwaysRecreateDeps ? [...selected].filter((name) => !named.has(name)) : []),
  ]);
  const shots = oneShots(Object.values(project.services));
  // A service that is named is to run.
  const isOneShot = (name: string): boolean => shots.has(name) && !options.services?.includes(name);
  return (service, decided) => {
    const { name } = service;
    const hash = configHash(service);
    const isSelected = selected.has(name);
    const decisionAbout = (number: number, observed?: ObservedContainer): ContainerDecision => {
      const subject = {
        ref: refOfService(project, service, number, observed?.name),
        service,
        hash,
        selected: isSelected,
        start: isSelected || (observed !== undefined && isActive(observed)),
        ...(observed ? { observed } : {}),
      };
      const rules = { forced: forced.has(name), isOneShot: isOneShot(name), decided, options };
      return { ...subject, ...judge({ ...subject, ...rules }) };
    };
    const found = inOrder(
      (existing.get(name) ?? []).map((observed) => decisionAbout(observed.number, observed)),
    );
    if (!isSelected) return { service, containers: found, surplus: [] };
    const count = replicasOf(service);
    const kept = new Set(mostWorth(found).slice(0, count));
    const taken = [...kept].map(({ ref }) => ref.number);
    const made = newNumbers(taken, count).map((number) => decisionAbout(number));
    return {
      service,
      containers: inOrder([...kept, ...made]),
      surplus: found.flatMap((one) => (one.observed && !kept.has(one) ? one.observed : [])),
    };
  };
};

/** Of too many, those go first that would be replaced anyway, then those with the highest numbers. */
const mostWorth = (decisions: readonly ContainerDecision[]): readonly ContainerDecision[] => [
  ...decisions.filter(({ fate }) => fate !== 'recreate'),
  ...decisions.filter(({ fate }) => fate === 'recreate'),
];

const inOrder = (decisions: readonly ContainerDecision[]): readonly ContainerDecision[] =>
  decisions.toSorted((a, b) => a.ref.number - b.ref.number);

const refOfService = (
  project: Project,
  service: Service,
  number: number,
  existing: string | undefined,
): ContainerRef => ({
  kind: 'container',
  name: shortName(service.name, number),
  container: containerNameOf(project, service, number, existing),
  service: service.name,
  number,
});
