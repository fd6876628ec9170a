import { isRunning, type Observed, type ObservedContainer, refOf } from './observed.ts';
import { recordedOrder, walk } from './order.ts';
import { type Plan, type Planner, planner } from './plan.ts';
import { isChosen, type Selection } from './selection.ts';

/** Stops containers, each after all that depend on it; those that do not run are reported as stopped as well. */
export const planStop = (observed: Observed, selection: Selection = {}): Plan => {
  const plan = planner();
  const isMeant = isChosen(selection);
  for (const container of observed.containers.filter(isMeant))
    if (!isRunning(container)) plan.keep(refOf(container), 'stopped');
  stopAll(plan, observed, isMeant);
  return plan.finish();
};

/** Sends a signal to all running containers at once. */
export const planKill = (observed: Observed, selection: Selection = {}, signal = 'SIGKILL'): Plan => {
  const plan = planner();
  for (const container of observed.containers.filter(isChosen(selection)).filter(isRunning))
    plan.add({ ...refOf(container), verb: 'kill', signal }, 'asked for');
  return plan.finish();
};

/** Adds a stop for each selected running container; returns the operations by the containers' names. */
export const stopAll = (
  plan: Planner,
  { containers }: Observed,
  isMeant: (container: ObservedContainer) => boolean,
): ReadonlyMap<string, number> => {
  const { stopping, dependants } = recordedOrder(containers);
  return walk(stopping, dependants, (container, before) =>
    isRunning(container) && isMeant(container)
      ? plan.add({ ...refOf(container), verb: 'stop' }, 'asked for', before)
      : undefined,
  );
};
