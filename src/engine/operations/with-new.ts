import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Operation } from '../../plan/plan.ts';
import type { Project } from '../../project/model/project.ts';
import { newContainer } from '../facts/new-container.ts';
import type { RunnerName } from '../facts/runners.ts';
import { type Addresses, type AddressesOf, addressesOn, freeAddresses } from '../networks/addresses.ts';
import type { SharedAddresses } from '../networks/machine/shared-addresses.ts';
import type { PlannedPorts } from '../ports/plan-ports.ts';
import type { ContainerRecord, NetworkRecord, ProjectRecord } from '../record/project-record.ts';
import { withInherited } from '../volumes/volumes-from.ts';

/** The addresses of containers on networks that are created or recreated: network key → container → address. */
export type Moved = Readonly<Record<string, Readonly<Record<string, Addresses>>>>;

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
    shared,
    ports = {},
    renewsVolumes = false,
    elsewhere = () => undefined,
  }: {
    readonly runner: RunnerName;
    readonly shared: SharedAddresses;
    readonly ports?: PlannedPorts['chosen'];
    readonly renewsVolumes?: boolean;
    readonly elsewhere?: (name: string) => ContainerRecord | undefined;
  },
): Pick<ProjectRecord, 'containers' | 'networks'> & { readonly moved: Moved } => {
  const containers = { ...record.containers };
  const addressesOf = freeAddresses(
    { ...record, networks: { ...record.networks, ...networks } },
    Object.values(project.services),
    shared,
  );
  const names: string[] = [];
  const moved = movedTo(addressesOf, stayingContainers(record, operations), operations);
  for (const operation of operations) {
    if (operation.kind !== 'container' || operation.verb !== 'create') continue;
    const { container, service, number, hash, replaces } = operation;
    const replaced = replaces === undefined ? undefined : containers[replaces];
    const choices = { ports: ports[container], ...(replaced && { replaced, renewsVolumes }) };
    const made = newContainer(addressesOf, project.services[service]!, number, container, runner, choices);
    containers[container] = { ...made, configHash: hash };
    names.push(container);
  }
  const made = operations.flatMap((one) =>
    one.kind === 'network' && one.verb === 'create' ? [one.key] : [],
  );
  const replaced = new Set(
    operations.map((one) => (one.kind === 'container' && one.verb === 'create' ? one.replaces : undefined)),
  );
  const staying = Object.values(containers).filter(({ name }) => !replaced.has(name));
  const taken = names.flatMap((name) => takenAddresses(containers[name]!, staying));
  if (taken.length > 0) throw new Problem(...taken);
  return {
    containers: withInherited(containers, names, elsewhere, removedBy(operations)),
    networks: {
      ...record.networks,
      ...externalOf(networks, record),
      ...Object.fromEntries(made.map((key) => [key, networks[key]!])),
    },
    moved,
  };
};

// A replaced container goes by the name that its successor still has at this time.
const removedBy = (operations: readonly Operation[]): ReadonlySet<string> =>
  new Set(
    operations.flatMap((one) =>
      one.kind === 'container' && one.verb === 'remove' && one.recreates === undefined ? [one.container] : [],
    ),
  );

/** Addresses that a new container asks for and another one has. */
const takenAddresses = (
  { name, service, definition }: ContainerRecord,
  others: readonly ContainerRecord[],
): readonly Diagnostic[] =>
  Object.entries(definition.networks).flatMap(([key, { ipv4Address, ipv6Address }]) =>
    (
      [
        ['ipv4_address', 'ipv4', ipv4Address],
        ['ipv6_address', 'ipv6', ipv6Address],
      ] as const
    ).flatMap(([written, family, address]): readonly Diagnostic[] => {
      const owner = others.find(
        (other) => other.name !== name && address && addressesOn(other, key)[family] === address,
      );
      if (!owner) return [];
      return [
        {
          severity: 'error',
          code: 'duplicate-address',
          message: `${service} wants the address ${address}, which ${owner.name} has`,
          from: `services.${service}.networks.${key}.${written}`,
          help: `give ${owner.name} another one with \`tscompose up --force-recreate\``,
        },
      ];
    }),
  );

/**
 * The external networks that are to be recorded, for nothing makes them, so no operation does it. Since the last
 * container of the project left one, another one may have been made with its name.
 */
export const externalOf = (
  networks: ProjectRecord['networks'],
  { networks: known, containers }: Pick<ProjectRecord, 'networks' | 'containers'>,
): ProjectRecord['networks'] => {
  const used = new Set(
    Object.values(containers).flatMap(({ definition }) => Object.keys(definition.networks)),
  );
  return Object.fromEntries(
    Object.entries(networks).filter(
      ([key, { external }]) => external && !(Object.hasOwn(known, key) && used.has(key)),
    ),
  );
};

const movedTo = (
  addressesOf: AddressesOf,
  containers: readonly ContainerRecord[],
  operations: readonly Operation[],
): Moved =>
  Object.fromEntries(
    operations.flatMap((one) => {
      if (one.kind !== 'network' || one.verb === 'remove') return [];
      const attached = containers.filter(({ definition }) => one.key in definition.networks);
      const addresses = attached.map(
        ({ name, definition }) => [name, addressesOf(one.key, name, definition.networks[one.key])] as const,
      );
      return [[one.key, Object.fromEntries(addresses)] as const];
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
