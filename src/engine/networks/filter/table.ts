import type { Nft, Table } from '../../../kernel/netlink/nft/message.ts';
import { elementsAdd, elementsDelete } from '../../../kernel/netlink/nft/set.ts';
import { type TableFlag, tableAdd, tableDelete, tableGet } from '../../../kernel/netlink/nft/table.ts';
import { type Errno, errnoName } from '../../../kernel/program/errno.ts';
import type { Netfilter, Refusal } from '../netfilter.ts';
import { elementsBySet, isOfOneFamily, keyOf, type Mapping } from './mapping.ts';
import {
  type FilteredNetwork,
  interfaceElement,
  openedSet,
  rulesetMessages,
  tableOf,
  type Version,
} from './ruleset.ts';

/** The table of a project in the kernel, and what has to be in it. */
export type ProjectTable = {
  /** Makes the table have exactly these networks, in one transaction; what it is about stays in force meanwhile. */
  readonly ensure: (networks: readonly FilteredNetwork[]) => Refusal | undefined;
  /** Mappings before the first `ensure` are added by it. Returns those whose port had led elsewhere before. */
  readonly publish: (mappings: readonly Mapping[]) => readonly Mapping[];
  readonly unpublish: (mappings: readonly Mapping[]) => void;
  /** Interfaces whose packets go to our networks only. */
  readonly guard: (version: Version, interfaces: readonly string[]) => Refusal | undefined;
  readonly remove: () => void;
  /** Whether the kernel has the rules. */
  readonly isInForce: () => boolean;
  /** Whether somebody has removed the table meanwhile. */
  readonly isGone: () => boolean;
};

export const openTable = (netfilter: Netfilter, project: string): ProjectTable => {
  const table = tableOf(project);
  const mappings = new Map<string, Mapping>();
  /** Addresses that ports led to, also those that are not published any more. */
  const holders = new Map<string, string>();
  const opened: Record<Version, readonly string[]> = { 4: [], 6: [] };
  let networks: readonly FilteredNetwork[] | undefined;
  let flags = TABLE_FLAGS;

  const replace = (wanted: readonly FilteredNetwork[]): Refusal | undefined => {
    const all = rulesetMessages(table, { networks: wanted, mappings: [...mappings.values()], opened });
    // The first use adopts or replaces the table of an earlier supervisor.
    let isThere = netfilter.request(tableGet(table)) === 0;
    for (;;) {
      const refusal = netfilter.commit([
        ...(isThere ? [tableDelete(table)] : []),
        tableAdd(table, flags),
        ...all,
      ]);
      if (refusal && is(refusal, 'ENOENT') && isThere) isThere = false;
      else if (refusal && is(refusal, 'EOPNOTSUPP', 'EINVAL') && flags.length > 0) flags = [];
      else {
        networks = refusal ? undefined : wanted;
        return refusal;
      }
    }
  };
  /** Small changes; if the table is gone or other than expected, all of it is made anew. */
  const change = (messages: readonly Nft[]): Refusal | undefined => {
    if (networks === undefined || messages.length === 0) return undefined;
    return netfilter.commit(messages) && replace(networks);
  };

  // Without an owner anybody can remove it.
  const isGone = (): boolean => networks !== undefined && netfilter.request(tableGet(table)) !== 0;

  return {
    isInForce: () => networks !== undefined,
    isGone,
    ensure: (wanted) => {
      const isSame = networks !== undefined && JSON.stringify(networks) === JSON.stringify(wanted);
      return isSame && !isGone() ? undefined : replace(wanted);
    },
    publish: (wanted) => {
      const added = wanted.filter(isOfOneFamily);
      const before = added.flatMap((mapping) => mappings.get(keyOf(mapping)) ?? []);
      const moved = added.filter((mapping) => hasMoved(mapping, holders.get(keyOf(mapping))));
      for (const mapping of added) {
        mappings.set(keyOf(mapping), mapping);
        holders.set(keyOf(mapping), targetOf(mapping));
      }
      change([
        ...elementMessages(table, before, elementsDelete),
        ...elementMessages(table, added, elementsAdd),
      ]);
      return moved;
    },
    unpublish: (wanted) => {
      const removed = wanted.filter((mapping) => {
        const now = mappings.get(keyOf(mapping));
        return now !== undefined && targetOf(now) === targetOf(mapping);
      });
      for (const mapping of removed) mappings.delete(keyOf(mapping));
      change(elementMessages(table, removed, elementsDelete));
    },
    guard: (version, interfaces) => {
      const before = opened[version];
      opened[version] = interfaces;
      return change([
        ...elementsOf(table, version, before, interfaces, elementsDelete),
        ...elementsOf(table, version, interfaces, before, elementsAdd),
      ]);
    },
    remove: () => {
      networks = undefined;
      netfilter.commit([tableDelete(table)]);
    },
  };
};

/** Nobody else changes the table, and it outlives the supervisor. */
export const TABLE_FLAGS: readonly TableFlag[] = ['owner', 'persist'];

type ChangeElements = typeof elementsAdd;

const elementMessages = (table: Table, mappings: readonly Mapping[], to: ChangeElements): readonly Nft[] =>
  [...elementsBySet(mappings)].flatMap(([set, elements]) => to(table, set, elements));

const elementsOf = (
  table: Table,
  version: Version,
  interfaces: readonly string[],
  without: readonly string[],
  to: ChangeElements,
): readonly Nft[] =>
  to(table, openedSet(version), interfaces.filter((name) => !without.includes(name)).map(interfaceElement));

const targetOf = ({ address, port }: Mapping): string => `${address} ${port}`;

// A client of UDP may have asked before anything was published: connection tracking then has the host as the holder.
const hasMoved = (mapping: Mapping, holder: string | undefined): boolean =>
  holder === undefined ? mapping.protocol === 'udp' : holder !== targetOf(mapping);

const is = ({ errno }: Refusal, ...names: readonly Errno[]): boolean =>
  (names as readonly string[]).includes(errnoName(errno));
