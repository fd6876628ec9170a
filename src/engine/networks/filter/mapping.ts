import { oncePer } from '../../../base/lazy.ts';
import { type Element, element } from '../../../kernel/netlink/nft/set.ts';
import { address, concatenated, type Protocol, port, protocol } from '../../../kernel/netlink/nft/values.ts';

/** A published port that packets reach by destination NAT. */
export type Mapping = {
  readonly protocol: Protocol;
  /** Every address of the family of `address` if it is missing, `0.0.0.0` or `::`. */
  readonly hostIp?: string;
  readonly hostPort: number;
  /** The container's address. */
  readonly address: string;
  readonly port: number;
};

/** The same for all mappings that exclude each other: the key of an element in one of the maps. */
export const keyOf = ({ protocol: name, hostIp, hostPort, address: target }: Mapping): string =>
  `${isIp6(target) ? 6 : 4} ${isEvery(hostIp) ? '' : hostIp} ${name} ${hostPort}`;

/** Whether a host address can be rewritten to that of the container; from IPv4 to IPv6 only the relay leads. */
export const isOfOneFamily = ({ hostIp, address: target }: Mapping): boolean =>
  hostIp === undefined || isIp6(hostIp) === isIp6(target);

/** The elements of the maps of published ports. */
export const elementsBySet = (mappings: readonly Mapping[]): ReadonlyMap<string, readonly Element[]> => {
  const sets = new Map<string, Element[]>();
  for (const mapping of mappings) {
    const set = setOf(mapping);
    const elements = sets.get(set) ?? [];
    elements.push(elementOf(mapping));
    sets.set(set, elements);
  }
  return sets;
};

const setOf = ({ hostIp, address: target }: Mapping): string =>
  `${isEvery(hostIp) ? 'any' : 'ports'}${isIp6(target) ? 6 : 4}`;

/** The same when it is added and when it is removed. */
const elementOf = oncePer((mapping: Mapping): Element => {
  const key = [protocol(mapping.protocol), port(mapping.hostPort)];
  return element(
    concatenated(...(isEvery(mapping.hostIp) ? [] : [address(mapping.hostIp!)]), ...key),
    concatenated(address(mapping.address), port(mapping.port)),
  );
});

const isEvery = (hostIp: string | undefined): boolean =>
  hostIp === undefined || hostIp === '0.0.0.0' || hostIp === '::';

const isIp6 = (text: string): boolean => text.includes(':');
