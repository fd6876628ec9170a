import { type Observed, type ObservedContainer, refOf } from './observed.ts';
import { type Plan, planner } from './plan.ts';
import { stopAll } from './stop.ts';

export type DownOptions = {
  /** Only the containers of these, and no network; empty for all. */
  readonly services?: readonly string[];
  /** The services of the file, if there is one; containers of others are orphans. */
  readonly known?: readonly string[];
  readonly removeOrphans?: boolean;
};

/** Stops containers, dependants first, then removes them and the networks without containers. */
export const planDown = (observed: Observed, options: DownOptions = {}): Plan => {
  const plan = planner();
  const stopped = stopAll(plan, observed, isMeant(options));
  const removed = new Map<string, number>();
  for (const container of observed.containers.filter(isMeant(options))) {
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
  return plan.finish();
};

const isMeant = ({
  services = [],
  known,
  removeOrphans,
}: DownOptions): ((container: ObservedContainer) => boolean) => {
  const wanted = services.length > 0 ? services : removeOrphans ? undefined : known;
  if (!wanted) return () => true;
  const names = new Set(wanted);
  return ({ service }) => names.has(service);
};
