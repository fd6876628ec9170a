export type XtablesFamily = 'ip' | 'ip6';

/** A table of iptables-legacy(8), as far as it says what is forwarded. */
export type Xtables = {
  /** Of the chain FORWARD. */
  readonly drops: boolean;
  /** Those that somebody has made. */
  readonly chains: readonly string[];
  readonly rules: readonly XtablesRule[];
};

export type XtablesRule = {
  /** As iptables(8) writes it: `tsc+` means all names that begin so. Empty if any will do. */
  readonly input: string;
  readonly output: string;
  readonly target: 'accept' | 'drop' | 'other';
};

/** Parses the answers to IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES. */
export const parseXtables = (family: XtablesFamily, info: Buffer, entries: Buffer): Xtables => {
  const layout = LAYOUTS[family];
  const rules: XtablesRule[] = [];
  const chains: string[] = [];
  for (let offset = 0; offset < entries.length; ) {
    const entry = entries.subarray(offset);
    const target = entry.subarray(entry.readUInt16LE(layout.targetOffset));
    const name = stringAt(target, TARGET_NAME);
    if (name === 'ERROR') chains.push(stringAt(target, TARGET_DATA));
    else
      rules.push({
        input: stringAt(entry, layout.interfaces),
        output: stringAt(entry, layout.interfaces + IFNAMSIZ),
        target: targetOf(name, target),
      });
    offset += entry.readUInt16LE(layout.targetOffset + 2);
  }
  const policy = entries.subarray(info.readUInt32LE(UNDERFLOWS + FORWARD * 4));
  return {
    drops: verdictOf(policy.subarray(policy.readUInt16LE(layout.targetOffset))) === DROP,
    // The last one marks the end of the table.
    chains: chains.slice(0, -1),
    rules,
  };
};

const targetOf = (name: string, target: Buffer): XtablesRule['target'] => {
  if (name !== STANDARD) return name === 'REJECT' ? 'drop' : 'other';
  const verdict = verdictOf(target);
  return verdict === ACCEPT ? 'accept' : verdict === DROP ? 'drop' : 'other';
};

const verdictOf = (target: Buffer): number => target.readInt32LE(TARGET_DATA);

const stringAt = (bytes: Buffer, offset: number): string =>
  bytes.toString('latin1', offset, bytes.indexOf(0, offset));

/** struct ipt_getinfo: the table's name, valid hooks, five entries, five underflows (the policies), two numbers. */
export const SIZE_OF_INFO = 84;
const UNDERFLOWS = 56;
/** NF_INET_FORWARD */
const FORWARD = 2;

/** struct ipt_entry and ip6t_entry: two names of interfaces; offsets of the target and the next entry. */
const LAYOUTS = {
  ip: { interfaces: 16, targetOffset: 88 },
  ip6: { interfaces: 64, targetOffset: 140 },
} as const;
const IFNAMSIZ = 16;

/** struct xt_entry_target, then a verdict, or the name of a chain. */
const TARGET_NAME = 2;
const TARGET_DATA = 32;
const STANDARD = '';
const [DROP, ACCEPT] = [-1, -2];
