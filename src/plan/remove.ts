import { withVolumes } from './down.ts';
import { isActive, type Observed, refOf } from './observed.ts';
import { type Plan, planner } from './plan.ts';
import { isOfChosen, type Selection } from './selection.ts';

export type RemoveOptions = Selection & {
  /** Only these, by id; undefined for all. */
  readonly containers?: readonly string[];
  /** Removes their anonymous volumes as well. */
  readonly volumes?: boolean;
};

/** Removes stopped containers, including those that `run` made; networks stay. */
export const planRemove = (observed: Observed, options: RemoveOptions = {}): Plan => {
  const plan = planner();
  const ids = options.containers && new Set(options.containers);
  for (const container of observed.containers.filter(isOfChosen(options)))
    if (!isActive(container) && (!ids || ids.has(container.id)))
      plan.add({ ...refOf(container), verb: 'remove', ...withVolumes(options) }, 'asked for');
  return plan.finish();
};
