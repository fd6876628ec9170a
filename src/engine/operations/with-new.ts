import type { Operation } from '../../plan/plan.ts';
import type { Project } from '../../project/model/project.ts';
import type { RunnerName } from '../containers/runners.ts';
import { type AddressOf, freeAddresses, newContainer } from '../supervisor/record/new-records.ts';
import type { ContainerRecord, NetworkRecord, ProjectRecord } from '../supervisor/record/project-record.ts';
import { withInherited } from '../volumes/volumes-from.ts';

/** The addresses of containers on networks that are created or recreated: network key → container → address. */
export type Moved = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The containers and networks of a record with those that a plan creates: all new containers are recorded before the
 * first one is created, so that each one knows all names. `moved`: addresses for the containers that stay, to be
 * recorded with their networks. `elsewhere` finds containers of other projects. Throws a Problem if no addresses are free.
 */
export const withNew = (
  record: ProjectRecord,
  project: Project,
  networks: Readonly<Record<string, NetworkRecord>>,
  operations: readonly Operation[],
  {
    runner,
    renewsVolumes = false,
    elsewhere = () => undefined,
  }: {
    readonly runner: RunnerName;
    readonly renewsVolumes?: boolean;
    readonly elsewhere?: (name: string) => ContainerRecord | undefined;
  },
): Pick<ProjectRecord, 'containers' | 'networks'> & { readonly moved: Moved } => {
  const containers = { ...record.containers };
  const addressOf = freeAddresses({ ...record, networks: { ...record.networks, ...networks } });
  const names: string[] = [];
  const moved = movedTo(addressOf, stayingContainers(record, operations), operations);
  for (const operation of operations) {
    if (operation.kind !== 'container' || operation.verb !== 'create') continue;
    const { container, service, number, hash, replaces } = operation;
    const replaced = replaces === undefined ? undefined : containers[replaces];
    const choices = replaced ? { replaced, renewsVolumes } : {};
    const made = newContainer(addressOf, project.services[service]!, number, container, runner, choices);
    containers[container] = { ...made, configHash: hash };
    names.push(container);
  }
  const made = operations.flatMap((one) =>
    one.kind === 'network' && one.verb === 'create' ? [one.key] : [],
  );
  return {
    containers: withInherited(containers, names, elsewhere),
    networks: { ...record.networks, ...Object.fromEntries(made.map((key) => [key, networks[key]!])) },
    moved,
  };
};

const movedTo = (
  addressOf: AddressOf,
  containers: readonly ContainerRecord[],
  operations: readonly Operation[],
): Moved =>
  Object.fromEntries(
    operations.flatMap((one) => {
      if (one.kind !== 'network' || one.verb === 'remove') return [];
      const attached = containers.filter(({ addresses }) => one.key in addresses);
      return [
        [one.key, Object.fromEntries(attached.map(({ name }) => [name, addressOf(one.key, name)]))] as const,
      ];
    }),
  );

// A replaced container keeps its address: it may have to be started again on the network that there was.
const stayingContainers = (
  { containers }: ProjectRecord,
  operations: readonly Operation[],
): readonly ContainerRecord[] => {
  const replaced = new Set(
    operations.map((one) => (one.kind === 'container' && one.verb === 'create' ? one.replaces : undefined)),
  );
  return Object.values(containers).filter(({ name }) => !replaced.has(name));
};
