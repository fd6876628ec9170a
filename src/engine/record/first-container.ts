import { hasProcess } from '../../base/status.ts';
import type { ContainerRecord } from './project-record.ts';

/** The container of a service whose mounts others take over, as in Docker the one with the lowest number. */
export const firstContainerOf = (
  containers: Iterable<ContainerRecord>,
  service: string,
): ContainerRecord | undefined => {
  let first: ContainerRecord | undefined;
  for (const one of containers)
    if (one.service === service && !one.oneOff && (!first || one.number < first.number)) first = one;
  return first;
};

/** The same among those that run, if any does: one that is scaled away is stopped before it is removed. */
export const firstRunningOf = (
  containers: readonly ContainerRecord[],
  service: string,
): ContainerRecord | undefined =>
  firstContainerOf(
    containers.filter(({ state }) => hasProcess(state)),
    service,
  ) ?? firstContainerOf(containers, service);
