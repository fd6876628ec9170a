import { isStop } from '../base/signal.ts';
import { isActive, isRunning, type Observed, type ObservedContainer, refOf } from './observed.ts';
import { recordedOrder, walk } from './order.ts';
import { type Plan, type Planner, planner } from './plan.ts';
import { isChosen, isOfChosen, type Selection } from './selection.ts';

export type StopOptions = Selection & {
  /** The machine goes down: a policy starts again at boot what ran until then. Those that `run` made end as well. */
  readonly boot?: boolean;
};

/** Stops containers, each after all that depend on it; those that do not run are reported as stopped as well. */
export const planStop = (observed: Observed, { boot = false, ...selection }: StopOptions = {}): Plan => {
  const plan = planner();
  const isMeant = (boot ? isOfChosen : isChosen)(selection);
  for (const container of observed.containers.filter(isMeant))
    if (!isActive(container)) plan.keep(refOf(container), 'stopped');
  stopAll(plan, observed, isMeant, boot);
  return plan.finish();
};

/** Sends a signal to all running containers at once; one that stops them ends a pending restart. */
export const planKill = (observed: Observed, selection: Selection = {}, signal = 'SIGKILL'): Plan => {
  const plan = planner();
  const isMeant = (container: ObservedContainer): boolean =>
    isRunning(container) ||
    (isActive(container) && isStop(signal, container.definition?.stopSignal ?? 'SIGTERM'));
  for (const container of observed.containers.filter(isChosen(selection)).filter(isMeant))
    plan.add({ ...refOf(container), verb: 'kill', signal }, 'asked for');
  return plan.finish();
};

/** Adds a stop for each selected container that runs or is about to; returns the operations by the containers' names. */
export const stopAll = (
  plan: Planner,
  { containers }: Observed,
  isMeant: (container: ObservedContainer) => boolean,
  boot = false,
): ReadonlyMap<string, number> => {
  const { stopping, dependants } = recordedOrder(containers);
  return walk(stopping, dependants, (container, before) =>
    isActive(container) && isMeant(container)
      ? plan.add({ ...refOf(container), verb: 'stop', ...(boot && { boot }) }, 'asked for', before)
      : undefined,
  );
};
