import type { Operation } from '../../plan/plan.ts';
import type { Project } from '../../project/model/project.ts';
import type { RunnerName } from '../containers/runners.ts';
import { freeAddresses, newContainer } from '../supervisor/record/new-records.ts';
import type { NetworkRecord, ProjectRecord } from '../supervisor/record/project-record.ts';

/**
 * The containers and networks of a record with those that a plan creates: all new containers are recorded before the
 * first one is created, so that each one knows all names. Throws a Problem if no addresses are free.
 */
export const withNew = (
  record: ProjectRecord,
  project: Project,
  networks: Readonly<Record<string, NetworkRecord>>,
  operations: readonly Operation[],
  runner: RunnerName,
): Pick<ProjectRecord, 'containers' | 'networks'> => {
  const containers = { ...record.containers };
  const addressOf = freeAddresses({ ...record, networks: { ...record.networks, ...networks } });
  for (const operation of operations) {
    if (operation.kind !== 'container' || operation.verb !== 'create') continue;
    const { container, service, number, hash, replaces } = operation;
    const replaced = replaces === undefined ? undefined : containers[replaces];
    const choices = replaced ? { replaced } : {};
    const made = newContainer(addressOf, project.services[service]!, number, container, runner, choices);
    containers[container] = { ...made, configHash: hash };
  }
  const made = operations.flatMap((one) =>
    one.kind === 'network' && one.verb === 'create' ? [one.key] : [],
  );
  return {
    containers,
    networks: { ...record.networks, ...Object.fromEntries(made.map((key) => [key, networks[key]!])) },
  };
};
