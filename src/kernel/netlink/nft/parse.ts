import { type Answer, attributesOf, stringOf } from '../answer.ts';
import { FAMILIES, type Family, NFGENMSG_SIZE } from '../nfnetlink.ts';
import { HOOKS, type Hook, NFTA_CHAIN, NFTA_HOOK } from './chain.ts';
import { type NftType, type Table, typeOf } from './message.ts';
import { NFTA_RULE } from './rule.ts';
import { NFTA_TABLE } from './table.ts';

export type FoundChain = {
  readonly table: Table;
  readonly name: string;
  /** Of a base chain. */
  readonly base?: { readonly hook: Hook | number; readonly priority: number; readonly drops: boolean };
};

export type FoundRule = {
  readonly table: Table;
  readonly chain: string;
  readonly handle: bigint;
  /** The expressions as the kernel gives them: a list of attributes. */
  readonly expressions: Uint8Array;
};

/** The tables among the answers to `tableGet` or `tableDump`, or among events; those of other families are left out. */
export const tablesOf = (
  answers: readonly Answer[],
  type: 'NEWTABLE' | 'DELTABLE' = 'NEWTABLE',
): readonly Table[] =>
  entriesOf(answers, type).map(({ family, attributes }) => ({
    family,
    name: stringOf(attributes.get(NFTA_TABLE.NAME)),
  }));

/** The chains among the answers to `chainDump`, or among events. */
export const chainsOf = (answers: readonly Answer[]): readonly FoundChain[] =>
  entriesOf(answers, 'NEWCHAIN').map(({ family, attributes }) => {
    const hook = attributes.get(NFTA_CHAIN.HOOK);
    return {
      table: { family, name: stringOf(attributes.get(NFTA_CHAIN.TABLE)) },
      name: stringOf(attributes.get(NFTA_CHAIN.NAME)),
      ...(hook ? { base: baseOf(attributesOf(hook), attributes.get(NFTA_CHAIN.POLICY)) } : {}),
    };
  });

/** The rules among the answers to `ruleDump`, in the order of their chains. */
export const rulesOf = (answers: readonly Answer[]): readonly FoundRule[] =>
  entriesOf(answers, 'NEWRULE').map(({ family, attributes }) => ({
    table: { family, name: stringOf(attributes.get(NFTA_RULE.TABLE)) },
    chain: stringOf(attributes.get(NFTA_RULE.CHAIN)),
    handle: Buffer.from(attributes.get(NFTA_RULE.HANDLE) ?? Buffer.alloc(8)).readBigUInt64BE(),
    expressions: attributes.get(NFTA_RULE.EXPRESSIONS) ?? new Uint8Array(),
  }));

type Entry = { readonly family: Family; readonly attributes: ReadonlyMap<number, Uint8Array> };

const entriesOf = (answers: readonly Answer[], type: NftType): readonly Entry[] =>
  answers.flatMap((answer): readonly Entry[] => {
    if (answer.kind !== 'message' || answer.type !== typeOf(type)) return [];
    const family = FAMILY_NAMES.get(answer.payload[0] ?? 0);
    return family ? [{ family, attributes: attributesOf(answer.payload.subarray(NFGENMSG_SIZE)) }] : [];
  });

const baseOf = (
  hook: ReadonlyMap<number, Uint8Array>,
  policy: Uint8Array | undefined,
): NonNullable<FoundChain['base']> => {
  const number = bigEndian(hook.get(NFTA_HOOK.HOOKNUM));
  return {
    hook: HOOK_NAMES.get(number) ?? number,
    priority: bigEndian(hook.get(NFTA_HOOK.PRIORITY)),
    drops: policy !== undefined && bigEndian(policy) === NF_DROP,
  };
};

const bigEndian = (bytes: Uint8Array = new Uint8Array(4)): number => Buffer.from(bytes).readInt32BE();

const namesOf = <Name extends string>(numbers: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> =>
  new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name as Name]));

const FAMILY_NAMES = namesOf(FAMILIES);
const HOOK_NAMES = namesOf(HOOKS);

/** linux/netfilter.h */
const NF_DROP = 0;
