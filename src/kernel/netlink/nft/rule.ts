import { attribute, cString } from '../message.ts';
import type { Expression } from './expressions.ts';
import { type Nft, nest, nftMessage, type Table, tableText } from './message.ts';

/** A part of a rule: a condition or a statement, in nft(8)'s syntax and as expressions. */
export type Phrase = { readonly text: string; readonly expressions: readonly Expression[] };

/** Appends a rule to a chain. */
export const ruleAdd = (table: Table, chain: string, ...phrases: readonly Phrase[]): Nft =>
  ruleMessage(table, chain, 'add', phrases);

/** Puts a rule at the beginning of a chain. */
export const ruleInsert = (table: Table, chain: string, ...phrases: readonly Phrase[]): Nft =>
  ruleMessage(table, chain, 'insert', phrases);

/** Removes one rule by its handle, see `FoundRule`. */
export const ruleDelete = (table: Table, chain: string, handle: bigint): Nft => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(handle);
  return nftMessage(
    'DELRULE',
    [],
    `delete rule ${tableText(table)} ${chain} handle ${handle}`,
    table.family,
    attribute(NFTA_RULE.TABLE, cString(table.name)),
    attribute(NFTA_RULE.CHAIN, cString(chain)),
    attribute(NFTA_RULE.HANDLE, bytes),
  );
};

/** Lists the rules of a table. */
export const ruleDump = (table: Table): Nft =>
  nftMessage(
    'GETRULE',
    ['NLM_F_DUMP'],
    `list table ${tableText(table)}`,
    table.family,
    attribute(NFTA_RULE.TABLE, cString(table.name)),
  );

const ruleMessage = (table: Table, chain: string, how: 'add' | 'insert', phrases: readonly Phrase[]): Nft =>
  nftMessage(
    'NEWRULE',
    how === 'add' ? ['NLM_F_CREATE', 'NLM_F_APPEND'] : ['NLM_F_CREATE'],
    `${how} rule ${tableText(table)} ${chain} ${phrases.map(({ text }) => text).join(' ')}`,
    table.family,
    attribute(NFTA_RULE.TABLE, cString(table.name)),
    attribute(NFTA_RULE.CHAIN, cString(chain)),
    nest(
      NFTA_RULE.EXPRESSIONS,
      ...phrases.flatMap(({ expressions }) => expressions.map((parts) => nest(NFTA_LIST_ELEM, ...parts))),
    ),
  );

/** linux/netfilter/nf_tables.h */
export const NFTA_RULE = { TABLE: 1, CHAIN: 2, HANDLE: 3, EXPRESSIONS: 4 } as const;
const NFTA_LIST_ELEM = 1;
