import { attribute, cString } from '../message.ts';
import { type Nft, nest, nftMessage, number, type Table, tableText } from './message.ts';

export type Hook = keyof typeof HOOKS;

/** The place of a chain in the path of a packet; the policy is always `accept`. */
export type Base = {
  readonly type: 'filter' | 'nat';
  readonly hook: Hook;
  /** Lower numbers come first; names such as `raw` are in nft(8). */
  readonly priority: number;
};

export const chainAdd = (table: Table, name: string, base?: Base): Nft =>
  nftMessage(
    'NEWCHAIN',
    ['NLM_F_CREATE'],
    `add chain ${tableText(table)} ${name}${base ? ` { ${baseText(base)} }` : ''}`,
    table.family,
    attribute(NFTA_CHAIN.TABLE, cString(table.name)),
    attribute(NFTA_CHAIN.NAME, cString(name)),
    ...(base
      ? [
          nest(
            NFTA_CHAIN.HOOK,
            number(NFTA_HOOK.HOOKNUM, HOOKS[base.hook]),
            number(NFTA_HOOK.PRIORITY, base.priority),
          ),
          number(NFTA_CHAIN.POLICY, NF_ACCEPT),
          attribute(NFTA_CHAIN.TYPE, cString(base.type)),
        ]
      : []),
  );

/** Lists the chains of all families. */
export const chainDump = (): Nft => nftMessage('GETCHAIN', ['NLM_F_DUMP'], 'list chains', 'any');

const baseText = ({ type, hook, priority }: Base): string =>
  `type ${type} hook ${hook} priority ${priority}; policy accept;`;

/** linux/netfilter.h */
export const HOOKS = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4 } as const;
const NF_ACCEPT = 1;

/** linux/netfilter/nf_tables.h */
export const NFTA_CHAIN = { TABLE: 1, NAME: 3, HOOK: 4, POLICY: 5, TYPE: 7 } as const;
export const NFTA_HOOK = { HOOKNUM: 1, PRIORITY: 2 } as const;
