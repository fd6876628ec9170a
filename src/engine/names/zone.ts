import { addressBytes } from '../../base/address-bytes.ts';
import type { Service } from '../../project/model/project.ts';
import type { ContainerRecord, ProjectRecord } from '../record/project-record.ts';
import { encodeName } from './answer.ts';
import { IN, type Query, TYPE } from './query.ts';
import { reversedAddress } from './reversed-address.ts';

/** The names of the running containers, as each of them may see them. */
export type Zone = {
  /** Adds a container that runs, or its new addresses. */
  readonly put: (container: Named) => void;
  readonly remove: (container: string) => void;
  /** The data of the records; none if the name has other ones only. Undefined for a name that is not of this zone. */
  readonly find: (
    asker: Named,
    query: Pick<Query, 'name' | 'type' | 'class'>,
  ) => readonly Uint8Array[] | undefined;
};

/** The state that names depend on. */
export type Named = Pick<
  ContainerRecord,
  'id' | 'name' | 'service' | 'number' | 'oneOff' | 'addresses' | 'addresses6'
> & {
  readonly definition: Pick<Service, 'hostname' | 'domainname' | 'networks' | 'links' | 'externalLinks'>;
};

/** A container on a network. */
type Entry = {
  readonly container: string;
  readonly network: string;
  /** The data of an A record. */
  readonly ipv4: Uint8Array | undefined;
  /** The data of an AAAA record. */
  readonly ipv6: Uint8Array | undefined;
};

type Holders = {
  /** The entries of a name, by network, in the order in which they started. */
  readonly byNetwork: Map<string, Entry[]>;
  /** Counts the answers: each begins with another address. */
  turn: number;
};

/**
 * Networks are those of the project: their keys are in the names `web.front`, and their names in `web.app_front`.
 * `hasEnded` is asked before each answer: a question may arrive before the supervisor hears of the end of a container.
 */
export const openZone = (
  project: Pick<ProjectRecord, 'networks'>,
  hasEnded: (container: string) => boolean = () => false,
): Zone => {
  const names = new Map<string, Holders>();
  /** By address, in hexadecimal. */
  const reverse = new Map<string, Entry>();
  /** The entries of a container, each with its names. */
  const known = new Map<string, readonly (readonly [Entry, readonly string[]])[]>();

  const add = (name: string, entry: Entry): void => {
    const holders = names.get(name) ?? { byNetwork: new Map<string, Entry[]>(), turn: 0 };
    names.set(name, holders);
    const entries = holders.byNetwork.get(entry.network);
    if (entries) entries.push(entry);
    else holders.byNetwork.set(entry.network, [entry]);
  };

  const take = (name: string, entry: Entry): void => {
    const { byNetwork } = names.get(name)!;
    const left = byNetwork.get(entry.network)!.filter((other) => other !== entry);
    if (left.length > 0) byNetwork.set(entry.network, left);
    else byNetwork.delete(entry.network);
    if (byNetwork.size === 0) names.delete(name);
  };

  const remove = (container: string): void => {
    for (const [entry, its] of known.get(container) ?? []) {
      for (const name of its) take(name, entry);
      for (const data of [entry.ipv4, entry.ipv6]) {
        // Its successor may have the address already.
        if (data && reverse.get(hex(data)) === entry) reverse.delete(hex(data));
      }
    }
    known.delete(container);
  };

  /** The containers behind a name on the first of the networks that has it, as in Docker. */
  const lookUp = (name: string, networks: readonly string[]): readonly Entry[] | undefined => {
    const holders = names.get(name);
    for (const network of networks) {
      const entries = holders?.byNetwork.get(network)?.filter(({ container }) => !hasEnded(container));
      if (entries && entries.length > 0) return rotated(entries, holders!.turn++);
    }
    return undefined;
  };

  const qualified = (name: string, networks: readonly string[]): readonly Entry[] | undefined => {
    for (const key of networks)
      for (const suffix of [key, project.networks[key]?.name ?? key]) {
        const end = `.${suffix.toLowerCase()}`;
        const found = name.endsWith(end) ? lookUp(name.slice(0, -end.length), [key]) : undefined;
        if (found) return found;
      }
    return undefined;
  };

  const pointer = (name: string, networks: readonly string[]): readonly Uint8Array[] | undefined => {
    const entry = reverse.get(reversedAddress(name) ?? '');
    if (!entry || !networks.includes(entry.network) || hasEnded(entry.container)) return undefined;
    const network = project.networks[entry.network]?.name ?? entry.network;
    const pointed = `${entry.container}.${network}`;
    // RFC 1035: no label is longer.
    return pointed.split('.').some((label) => label.length > 63) ? [] : [encodeName(pointed)];
  };

  return {
    put: (container) => {
      remove(container.name);
      const { addresses, addresses6 = {} } = container;
      const networks = new Set([...Object.keys(addresses), ...Object.keys(addresses6)]);
      const entries = [...networks].map((network) => {
        const entry: Entry = {
          container: container.name,
          network,
          ipv4: bytesOf(addresses[network]),
          ipv6: bytesOf(addresses6[network]),
        };
        for (const data of [entry.ipv4, entry.ipv6]) if (data) reverse.set(hex(data), entry);
        const its = namesOf(container, network);
        for (const name of its) add(name, entry);
        return [entry, its] as const;
      });
      known.set(container.name, entries);
    },
    remove,
    find: (asker, { name, type, class: of }) => {
      if (of !== IN) return undefined;
      const all = Object.keys(asker.definition.networks);
      const networks = all.filter((key) => asker.definition.networks[key]?.hasNames !== false);
      if (type === TYPE.PTR && name.endsWith('.arpa')) return pointer(name, networks);
      const link = linked(asker, name);
      const found =
        (link === undefined ? lookUp(name, networks) : lookUp(link, all)) ?? qualified(name, networks);
      return found?.flatMap((entry) => dataOf(entry, type) ?? []);
    },
  };
};

const dataOf = ({ ipv4, ipv6 }: Entry, type: number): Uint8Array | undefined =>
  type === TYPE.A ? ipv4 : type === TYPE.AAAA ? ipv6 : undefined;

const bytesOf = (address: string | undefined): Uint8Array | undefined =>
  address === undefined ? undefined : addressBytes(address);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const rotated = (entries: readonly Entry[], turn: number): readonly Entry[] => {
  const first = turn % entries.length;
  return first === 0 ? entries : [...entries.slice(first), ...entries.slice(0, first)];
};

/** The name behind one that the asker alone has for another container. */
const linked = ({ definition }: Named, name: string): string | undefined =>
  [...(definition.links ?? []), ...(definition.externalLinks ?? [])]
    .find(({ alias }) => alias.toLowerCase() === name)
    ?.name.toLowerCase();

/** All names of a container on a network, in lower case. */
const namesOf = (container: Named, network: string): readonly string[] => {
  const { id, name, service, number, oneOff, definition } = container;
  const { hostname = id.slice(0, 12), domainname } = definition;
  const all = [
    ...(oneOff ? [] : [service, `${service}-${number}`]),
    name,
    id.slice(0, 12),
    hostname,
    ...(domainname === undefined ? [] : [`${hostname}.${domainname}`]),
    ...(definition.networks[network]?.aliases ?? []),
  ];
  return [...new Set(all.map((each) => each.toLowerCase()))];
};
