import { type Observed, type ObservedContainer, refOf } from './observed.ts';
import { findOrphans, orphanWarning } from './orphans.ts';
import { type Plan, planner } from './plan.ts';
import { isChosen, type Selection } from './selection.ts';
import { stopAll } from './stop.ts';

export type DownOptions = Selection & {
  /** Removes containers of services that the files lack, and those that `run` made. */
  readonly removeOrphans?: boolean;
  /** No warning about orphans. */
  readonly ignoreOrphans?: boolean;
};

/** Stops containers, dependants first, then removes them and the networks without containers. */
export const planDown = (observed: Observed, options: DownOptions = {}): Plan => {
  const plan = planner();
  const orphans = findOrphans(observed, options.known);
  const isMeant = meant(options, new Set(orphans));
  const stopped = stopAll(plan, observed, isMeant);
  const removed = new Map<string, number>();
  for (const container of observed.containers.filter(isMeant)) {
    const before = [stopped.get(container.name) ?? []].flat();
    removed.set(container.name, plan.add({ ...refOf(container), verb: 'remove' }, 'asked for', before));
  }
  if (options.services?.length) return plan.finish();
  for (const { key, name } of observed.networks) {
    const attached = observed.containers.filter((container) => container.networks.includes(key));
    const ids = attached.flatMap((container) => removed.get(container.name) ?? []);
    if (ids.length === attached.length)
      plan.add({ kind: 'network', verb: 'remove', key, name }, 'asked for', ids);
  }
  return plan.finish(options.removeOrphans || options.ignoreOrphans ? [] : orphanWarning(orphans));
};

/** Stops these containers, and removes them. */
export const planRemoval = (observed: Observed, containers: readonly ObservedContainer[]): Plan => {
  const plan = planner();
  const chosen = new Set(containers);
  const stopped = stopAll(plan, observed, (container) => chosen.has(container));
  for (const container of containers)
    plan.add(
      { ...refOf(container), verb: 'remove' },
      'belongs to no service of the file',
      [stopped.get(container.name) ?? []].flat(),
    );
  return plan.finish();
};

const meant = (
  options: DownOptions,
  orphans: ReadonlySet<ObservedContainer>,
): ((container: ObservedContainer) => boolean) => {
  const isAskedFor = isChosen(options);
  if (!options.removeOrphans) return isAskedFor;
  const { services = [] } = options;
  const isNamed = ({ service }: ObservedContainer) => services.length === 0 || services.includes(service);
  return (container) =>
    isAskedFor(container) || orphans.has(container) || (container.oneOff && isNamed(container));
};
