import type { Diagnostic } from '../base/diagnostic.ts';
import { reachable } from '../base/graph.ts';
import { isPaused, startCause } from '../base/status.ts';
import { isRunning, type Observed, type ObservedContainer, refOf } from './observed.ts';
import { recordedOrder, walk } from './order.ts';
import { type Plan, planner } from './plan.ts';
import { isChosen, type Selection } from './selection.ts';

/** Starts stopped containers, and unpauses paused ones, with those that they depend on; each after all of these. */
export const planStart = (observed: Observed, selected: Selection = {}): Plan => {
  const selection = withDependencies(observed, selected);
  const isMeant = isChosen(selection);
  const cause = (container: ObservedContainer): string | undefined =>
    isMeant(container) && (!isRunning(container) || isPaused(container.state))
      ? startCause(container.state)
      : undefined;
  return inOrder(observed, 'start', cause, withoutContainer(observed, selection));
};

/** Stops and starts each container, after all that it depends on; `depends_on: restart` takes dependants along. */
export const planRestart = (
  observed: Observed,
  selection: Selection & { readonly noDeps?: boolean } = {},
): Plan => {
  const isAskedFor = isChosen(selection);
  const isMeant = selection.noDeps ? isAskedFor : isChosen(withRestarted(observed, selection));
  const cause = (container: ObservedContainer): string | undefined => {
    if (!isMeant(container)) return undefined;
    return isAskedFor(container) ? 'asked for' : 'a dependency is restarted';
  };
  return inOrder(observed, 'restart', cause, withoutContainer(observed, selection));
};

const inOrder = (
  { containers }: Observed,
  verb: 'start' | 'restart',
  cause: (container: ObservedContainer) => string | undefined,
  diagnostics: readonly Diagnostic[],
): Plan => {
  const plan = planner();
  const { starting, dependencies } = recordedOrder(containers);
  walk(starting, dependencies, (container, before) => {
    const because = cause(container);
    if (because === undefined) return undefined;
    const act = verb === 'start' && isPaused(container.state) ? 'unpause' : verb;
    return plan.add({ ...refOf(container), verb: act }, because, before);
  });
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
