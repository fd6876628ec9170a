import { attributeList, attributesOf, stringOf } from '../answer.ts';
import { META, NFTA_CMP, NFTA_EXPR, NFTA_IMMEDIATE, NFTA_META } from './expressions.ts';
import type { FoundRule } from './parse.ts';
import { ACCEPT, DROP, NFTA_DATA, NFTA_VERDICT } from './values.ts';

/**
 * The text of a foreign rule, as far as it is about interfaces and verdicts: `iifname tsc* accept`, `drop`.
 * Counters are left out; of every other expression only the name is there.
 */
export const ruleText = ({ expressions }: FoundRule): string =>
  attributeList(expressions)
    .flatMap(([, element]) => {
      const parts = attributesOf(element);
      const name = stringOf(parts.get(NFTA_EXPR.NAME));
      const data = attributesOf(parts.get(NFTA_EXPR.DATA) ?? new Uint8Array());
      return READERS[name]?.(data) ?? [name];
    })
    .join(' ');

type Read = (data: ReadonlyMap<number, Uint8Array>) => readonly string[] | undefined;

const READERS: Readonly<Record<string, Read>> = {
  counter: () => [],
  meta: (data) => {
    const key = bigEndian(data.get(NFTA_META.KEY));
    return KEYS.has(key) ? [KEYS.get(key)!] : undefined;
  },
  cmp: (data) => {
    const value = attributesOf(data.get(NFTA_CMP.DATA) ?? new Uint8Array()).get(NFTA_DATA.VALUE);
    if (bigEndian(data.get(NFTA_CMP.OP)) !== 0 || !value) return undefined;
    // A name without its final NUL is the beginning of names.
    return [value.includes(0) ? stringOf(value) : `${stringOf(value)}*`];
  },
  immediate: (data) => {
    const verdict = attributesOf(data.get(NFTA_IMMEDIATE.DATA) ?? new Uint8Array()).get(NFTA_DATA.VERDICT);
    const code = verdict && bigEndian(attributesOf(verdict).get(NFTA_VERDICT.CODE));
    const text = [ACCEPT, DROP].find((one) => one.code === code)?.text;
    return text === undefined ? undefined : [text];
  },
};

const KEYS: ReadonlyMap<number, string> = new Map([
  [META.iifname, 'iifname'],
  [META.oifname, 'oifname'],
]);

const bigEndian = (bytes: Uint8Array = new Uint8Array(4)): number => Buffer.from(bytes).readInt32BE();
