import { attribute, cString } from '../message.ts';
import { type Nft, nftMessage, number, type Table, tableText } from './message.ts';

export type TableFlag = keyof typeof TABLE_FLAGS;

/**
 * Adds a table, or adopts one without an owner that has the same flags. `owner`: nobody else can change it, and
 * `nft flush ruleset` leaves it; it goes when the socket is closed, unless it is also `persist` (Linux 6.9).
 */
export const tableAdd = (table: Table, flags: readonly TableFlag[] = []): Nft =>
  nftMessage(
    'NEWTABLE',
    ['NLM_F_CREATE'],
    `add table ${tableText(table)}${flags.length > 0 ? ` { flags ${flags.join(',')}; }` : ''}`,
    table.family,
    attribute(NFTA_TABLE.NAME, cString(table.name)),
    number(
      NFTA_TABLE.FLAGS,
      flags.reduce((bits, flag) => bits | TABLE_FLAGS[flag], 0),
    ),
  );

/** Removes a table with everything in it; ENOENT if there is none. */
export const tableDelete = (table: Table): Nft =>
  nftMessage(
    'DELTABLE',
    [],
    `delete table ${tableText(table)}`,
    table.family,
    attribute(NFTA_TABLE.NAME, cString(table.name)),
  );

/** Requests one table: the answer is one NEWTABLE without an ack, or ENOENT. */
export const tableGet = (table: Table): Nft =>
  nftMessage(
    'GETTABLE',
    [],
    `list table ${tableText(table)}`,
    table.family,
    attribute(NFTA_TABLE.NAME, cString(table.name)),
  );

/** Lists the tables of all families. */
export const tableDump = (): Nft => nftMessage('GETTABLE', ['NLM_F_DUMP'], 'list tables', 'any');

/** linux/netfilter/nf_tables.h */
export const NFTA_TABLE = { NAME: 1, FLAGS: 2 } as const;
const TABLE_FLAGS = { owner: 2, persist: 4 } as const;
