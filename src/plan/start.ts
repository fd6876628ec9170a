import type { Diagnostic } from '../base/diagnostic.ts';
import { reachable } from '../base/graph.ts';
import { isPaused, startCause, wasNeverStarted } from '../base/status.ts';
import type { Service } from '../project/model/project.ts';
import { standing } from './conditions.ts';
import { isRunning, type Observed, type ObservedContainer, refOf } from './observed.ts';
import { type Behind, recordedOrder, walk } from './order.ts';
import { type Plan, planner } from './plan.ts';
import { isChosen, type Selection } from './selection.ts';
import { type Awaited, oneShots, openWaits, wantedOf } from './waits.ts';

export type StartOptions = Selection & {
  readonly dependencies?: Dependencies;
  readonly wait?: boolean;
  /**
   * Only containers that their restart policy starts at boot, without those that they depend on. One that fails keeps no
   * other from its start, as in Docker.
   */
  readonly boot?: boolean;
};

/**
 * Starts stopped containers, and unpauses paused ones, with those that they depend on; each as soon as these allow.
 * Containers that run on in a namespace of one that is started are restarted: what they have is that of its last run.
 * With `wait` the plan ends when they run, and are healthy or have completed.
 */
export const planStart = (
  recorded: Observed,
  { boot = false, dependencies, ...selected }: StartOptions = {},
): Plan => {
  const observed = withDependenciesOf(dependencies, recorded);
  const selection = boot ? selected : withDependencies(observed, selected);
  const shots = oneShots(observed.containers.flatMap(({ definition }) => definition ?? []));
  const isDone = (container: ObservedContainer): boolean =>
    shots.has(container.service) &&
    !selected.services?.includes(container.service) &&
    standing('completed', container) === 'satisfied';
  const isAskedFor = isChosen(selection);
  const isMeant = (container: ObservedContainer): boolean =>
    isAskedFor(container) && (!boot || startsAtBoot(container));
  const cause = (container: ObservedContainer): string | undefined =>
    isMeant(container) && (!isRunning(container) || isPaused(container.state)) && !isDone(container)
      ? startCause(container.state)
      : undefined;
  const diagnostics = withoutContainer(observed, selection);
  const shotsToAwait = selected.wait && { shots };
  const left = leftBehind(observed, (container) => cause(container) !== undefined && !isRunning(container));
  return inOrder(observed, {
    verbOf: (container) => {
      if (left.has(container)) return 'restart';
      return isPaused(container.state) ? 'unpause' : 'start';
    },
    cause: (container) => left.get(container) ?? cause(container),
    ...{ isMeant, diagnostics, boot, ...shotsToAwait },
  });
};

/** The running containers that share a namespace with one that is started, and with these; each with the cause. */
const leftBehind = (
  { containers }: Observed,
  isStarted: (container: ObservedContainer) => boolean,
): ReadonlyMap<ObservedContainer, string> => {
  const left = new Map<ObservedContainer, string>();
  const firstOf = (service: string) =>
    containers
      .filter((one) => one.service === service && !one.oneOff)
      .toSorted((a, b) => a.number - b.number)
      .at(0);
  const { starting } = recordedOrder(containers);
  // A container comes behind those that it depends on, and these are the ones whose namespaces it shares.
  for (const container of starting.filter(isRunning))
    for (const namespace of Object.values(container.definition?.namespaces ?? {})) {
      const owner = namespace.kind === 'service' ? firstOf(namespace.name) : undefined;
      if (owner && (isStarted(owner) || left.has(owner)))
        left.set(container, `shares a namespace with ${refOf(owner).name}, which is started`);
    }
  return left;
};

/** As in Docker: `always` starts what was stopped by hand as well, and no policy what was never started. */
const startsAtBoot = ({ definition, state, stoppedByHand }: ObservedContainer): boolean => {
  const kind = definition?.restart?.kind;
  return !wasNeverStarted(state) && (kind === 'always' || (kind === 'unless-stopped' && !stoppedByHand));
};

/**
 * Stops and starts each container, as soon as those that it depends on allow; `depends_on: restart` takes dependants
 * along.
 */
export const planRestart = (
  recorded: Observed,
  {
    dependencies,
    ...selection
  }: Selection & { readonly noDeps?: boolean; readonly dependencies?: Dependencies } = {},
): Plan => {
  const observed = withDependenciesOf(dependencies, recorded);
  const isAskedFor = isChosen(selection);
  const isMeant = selection.noDeps ? isAskedFor : isChosen(withRestarted(observed, selection));
  const cause = (container: ObservedContainer): string | undefined => {
    if (!isMeant(container)) return undefined;
    return isAskedFor(container) ? 'asked for' : 'a dependency is restarted';
  };
  const diagnostics = withoutContainer(observed, selection);
  return inOrder(observed, { verbOf: () => 'restart', isMeant, cause, diagnostics });
};

/** The order of services in the files, by their names. */
export type Dependencies = Readonly<Record<string, Service['dependsOn']>>;

/** Services without an entry keep what was said when they were created. */
const withDependenciesOf = (all: Dependencies = {}, observed: Observed): Observed => ({
  ...observed,
  containers: observed.containers.map((container) => {
    const dependsOn = Object.hasOwn(all, container.service) ? all[container.service] : undefined;
    const { definition } = container;
    if (!dependsOn || !definition || container.oneOff) return container;
    return { ...container, dependsOn: Object.keys(dependsOn), definition: { ...definition, dependsOn } };
  }),
});

type Starting = {
  readonly verbOf: (container: ObservedContainer) => 'start' | 'restart' | 'unpause';
  readonly isMeant: (container: ObservedContainer) => boolean;
  /** Undefined for a container that stays as it is. */
  readonly cause: (container: ObservedContainer) => string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly boot?: boolean;
  /** To wait for all containers: the services that are to complete. */
  readonly shots?: ReadonlySet<string>;
};

const inOrder = (
  { containers }: Observed,
  { verbOf, isMeant, cause, diagnostics, shots, boot = false }: Starting,
): Plan => {
  const plan = planner();
  const { starting, dependencies } = recordedOrder(containers);
  const acting = starting.filter((container) => cause(container) !== undefined);
  const waits = openWaits(
    plan,
    acting.flatMap(({ definition }) => definition ?? []),
    boot,
  );
  const isActing = new Set(acting);
  const awaited = (container: ObservedContainer): Awaited => ({
    ref: refOf(container),
    staying: isActing.has(container) ? undefined : container,
  });
  const behind: Behind = (container, neighbour, ids) => {
    const edge = container.definition?.dependsOn[neighbour.service];
    const isAwaited = edge !== undefined && isActing.has(container) && isMeant(neighbour);
    return isAwaited ? waits.behind(edge, awaited(neighbour), ids) : ids;
  };
  const add = (container: ObservedContainer, before: readonly number[]): number | undefined => {
    const because = cause(container);
    if (because === undefined) return undefined;
    const act = verbOf(container);
    const atBoot = act === 'start' && boot ? { boot } : {};
    return plan.add({ ...refOf(container), verb: act, ...atBoot }, because, before);
  };
  const added = walk(starting, dependencies, add, behind);
  if (shots)
    for (const container of starting.filter(isMeant)) {
      const before = [added.get(container.name) ?? []].flat();
      waits.add(wantedOf(container.service, shots), awaited(container), before);
    }
  return plan.finish(diagnostics);
};

/** An optional dependency without a container is left out. */
const withDependencies = ({ containers }: Observed, selection: Selection): Selection => {
  const { services = [], known } = selection;
  if (services.length === 0) return selection;
  const ordinary = containers.filter(({ oneOff }) => !oneOff);
  const existing = new Set(ordinary.map(({ service }) => service));
  const needs = ({ dependsOn, definition }: ObservedContainer) =>
    dependsOn.filter(
      (name) =>
        (existing.has(name) || definition?.dependsOn[name]?.required) && (!known || known.includes(name)),
    );
  const graph = new Map(ordinary.map((container) => [container.service, needs(container)]));
  const chosen = [...services, ...reachable(graph, services)];
  return { services: [...new Set([...chosen, ...chosen.flatMap((name) => graph.get(name) ?? [])])] };
};

const withRestarted = ({ containers }: Observed, selection: Selection): Selection => {
  const { services = [], known } = selection;
  if (services.length === 0) return selection;
  const dependants = new Map<string, string[]>(containers.map(({ service }) => [service, []]));
  for (const { service, definition } of containers) {
    for (const [name, { restart }] of Object.entries(definition?.dependsOn ?? {}))
      if (restart) dependants.get(name)?.push(service);
  }
  const restarted = [...reachable(dependants, services)].filter((name) => !known || known.includes(name));
  return { services: [...services, ...restarted] };
};

const withoutContainer = ({ containers }: Observed, { services = [] }: Selection): readonly Diagnostic[] => {
  const existing = new Set(containers.filter(({ oneOff }) => !oneOff).map(({ service }) => service));
  return services
    .filter((service) => !existing.has(service))
    .map((service) => ({
      severity: 'error',
      code: 'no-container',
      message: `the service \`${service}\` has no container`,
      help: `create it with \`tscompose up ${service}\``,
    }));
};
