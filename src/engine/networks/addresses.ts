import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Attachment, Service } from '../../project/model/project.ts';
import type { ContainerRecord, NetworkBlock, ProjectRecord } from '../record/project-record.ts';
import { addressBook } from './address-book.ts';
import { blocksOf, isIpv4, isIpv6 } from './blocks.ts';
import type { Lease } from './machine/leases.ts';
import type { SharedAddresses } from './machine/shared-addresses.ts';

/** The addresses of a container on a network. */
export type Addresses = { readonly ipv4?: string; readonly ipv6?: string };

/** Allocates addresses for a container, by its name, on a network, by its key: those that it asks for, or free ones. */
export type AddressesOf = (network: string, container: string, wanted?: Attachment) => Addresses;

/**
 * Addresses that neither a container of the record uses nor a service asks for, nor, on a network that several projects
 * use, a container of another one; the record is searched once for all of them. Throws a Problem if none is free, or if
 * the one that a service asks for is another project's.
 */
export const freeAddresses = (
  { networks, containers }: Pick<ProjectRecord, 'networks' | 'containers'>,
  services: readonly Service[],
  shared: SharedAddresses = OF_ONE_PROJECT,
): AddressesOf => {
  const held = heldAddresses(Object.values(containers));
  const promised = promisedAddresses(services);
  const bookOf = (key: string, family: Family, leases: readonly Lease[]): Book | undefined => {
    const blocks = blocksOf(networks[key]!).filter(BELONGS[family]);
    if (blocks.length === 0) return undefined;
    const elsewhere = leases.filter(({ project }) => project !== shared.project);
    return addressBook({ key, blocks }, held[family].get(key) ?? {}, [
      ...(promised[family].get(key) ?? []),
      ...elsewhere.map(({ address }) => address),
    ]);
  };
  const opened = new Map<string, Opened>();
  const open = (key: string): Opened => {
    const { name } = networks[key]!;
    const leases = shared.leases(name);
    for (const { project, address } of leases ?? [])
      if (project === shared.project && !isRecorded(held, key, address)) shared.end(name, address);
    return {
      isShared: leases !== undefined,
      books: { ipv4: bookOf(key, 'ipv4', leases ?? []), ipv6: bookOf(key, 'ipv6', leases ?? []) },
    };
  };
  return (key, container, wanted) => {
    const { isShared, books } = opened.get(key) ?? open(key);
    opened.set(key, { isShared, books });
    const { name } = networks[key]!;
    const of = (family: Family, asked: string | undefined): string | undefined => {
      const book = books[family];
      if (!book) return undefined;
      if (asked !== undefined && isShared && !shared.take(name, asked, container))
        throw new Problem(takenElsewhere(key, asked));
      let address = asked ?? book(container);
      // Another project was faster: nobody holds an address under the empty name.
      while (isShared && !shared.take(name, address, container)) address = book('');
      return address;
    };
    const [ipv4, ipv6] = [of('ipv4', wanted?.ipv4Address), of('ipv6', wanted?.ipv6Address)];
    return { ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) };
  };
};

/** No network is used by another project. */
const OF_ONE_PROJECT: SharedAddresses = {
  project: '',
  leases: () => undefined,
  take: () => true,
  end: () => {},
};

type Book = (container: string) => string;

type Opened = {
  /** Several projects use it. */
  readonly isShared: boolean;
  readonly books: Readonly<Record<Family, Book | undefined>>;
};

const isRecorded = (held: ByNetwork<Record<string, string>>, key: string, address: string): boolean =>
  [held.ipv4, held.ipv6].some((of) => Object.values(of.get(key) ?? {}).includes(address));

const takenElsewhere = (key: string, address: string): Diagnostic => ({
  severity: 'error',
  code: 'address-in-use',
  message: `the address ${address} of the network \`${key}\` belongs to a container of another project`,
  from: `networks.${key}`,
  help: 'choose another address; `tscompose network inspect` shows the addresses in use',
});

/** The addresses of a container as its record has them. */
export const recordedAddresses = (
  addresses: readonly (readonly [network: string, Addresses])[],
): Pick<ContainerRecord, 'addresses' | 'addresses6'> => {
  const of = (family: Family): ContainerRecord['addresses'] =>
    Object.fromEntries(
      addresses.flatMap(([key, found]) => (found[family] === undefined ? [] : [[key, found[family]]])),
    );
  const addresses6 = of('ipv6');
  return { addresses: of('ipv4'), ...(Object.keys(addresses6).length > 0 ? { addresses6 } : {}) };
};

/** The recorded addresses of a container on one network. */
export const addressesOn = (
  { addresses, addresses6 }: Pick<ContainerRecord, 'addresses' | 'addresses6'>,
  key: string,
): Addresses => ({
  ...(addresses[key] !== undefined && { ipv4: addresses[key] }),
  ...(addresses6?.[key] !== undefined && { ipv6: addresses6[key] }),
});

/** The record of a container with other addresses on one network. */
export const withAddresses = (
  container: ContainerRecord,
  key: string,
  addresses: Addresses,
): ContainerRecord => {
  const { addresses: _, addresses6: __, ...rest } = container;
  const all = Object.keys(container.definition.networks).map(
    (each) => [each, each === key ? addresses : addressesOn(container, each)] as const,
  );
  return { ...rest, ...recordedAddresses(all) };
};

type Family = keyof Addresses;

const BELONGS: Readonly<Record<Family, (block: NetworkBlock) => boolean>> = { ipv4: isIpv4, ipv6: isIpv6 };

type ByNetwork<T> = Readonly<Record<Family, Map<string, T>>>;

const heldAddresses = (containers: readonly ContainerRecord[]): ByNetwork<Record<string, string>> => {
  const held: ByNetwork<Record<string, string>> = { ipv4: new Map(), ipv6: new Map() };
  for (const { name, addresses, addresses6 = {} } of containers)
    for (const [family, recorded] of [
      ['ipv4', addresses],
      ['ipv6', addresses6],
    ] as const)
      for (const [key, address] of Object.entries(recorded)) {
        const names = held[family].get(key) ?? {};
        names[name] = address;
        held[family].set(key, names);
      }
  return held;
};

const promisedAddresses = (services: readonly Service[]): ByNetwork<string[]> => {
  const promised: ByNetwork<string[]> = { ipv4: new Map(), ipv6: new Map() };
  for (const { networks } of services)
    for (const [key, { ipv4Address, ipv6Address }] of Object.entries(networks)) {
      if (ipv4Address) promised.ipv4.set(key, [...(promised.ipv4.get(key) ?? []), ipv4Address]);
      if (ipv6Address) promised.ipv6.set(key, [...(promised.ipv6.get(key) ?? []), ipv6Address]);
    }
  return promised;
};
