import { baseOf, bytesOfAddress, bytesOfIp, formatBlock, parseBlock } from '../../../base/ip.ts';
import { type Attribute, align, attribute, cString, type Part } from '../message.ts';
import { be16, nest, number } from './message.ts';

/** Data of a rule or of a set: in nft(8)'s syntax, and as the kernel compares it. */
export type Value = { readonly text: string; readonly bytes: Uint8Array };

/** The protocols with ports. */
export type Protocol = keyof typeof PROTOCOLS;

/** An address of either family. */
export const address = (text: string): Value => ({ text, bytes: parsed(text, bytesOfAddress(text)) });

/** A block of addresses, with the bytes of the first one. */
export type BlockValue = Value & { readonly prefix: number };

export const block = (text: string): BlockValue => {
  const base = baseOf(parsed(text, parseBlock(text)));
  return { text: formatBlock(base), bytes: bytesOfIp(base), prefix: base.prefix };
};

export const port = (value: number): Value => ({ text: String(value), bytes: be16(value) });

export const protocol = (name: Protocol): Value => ({
  text: name,
  bytes: Uint8Array.of(PROTOCOLS[name]),
});

/** The name of an interface; with a final `*` every interface whose name begins so. */
export const interfaceNamed = (name: string): Value => ({
  text: `"${name}"`,
  bytes: name.endsWith('*') ? Buffer.from(name.slice(0, -1)) : padded(Buffer.from(name), IFNAMSIZ),
});

export const concatenated = (...values: readonly Value[]): Value => ({
  text: values.map(({ text }) => text).join(' . '),
  bytes: Buffer.concat(values.map(({ bytes }) => padded(bytes, align(bytes.length)))),
});

/** The end of a rule's way through its chain. */
export type Verdict = { readonly text: string; readonly code: number; readonly chain?: string };

export const ACCEPT: Verdict = { text: 'accept', code: 1 };
export const DROP: Verdict = { text: 'drop', code: 0 };
export const jump = (chain: string): Verdict => ({ text: `jump ${chain}`, code: -3, chain });
export const goTo = (chain: string): Verdict => ({ text: `goto ${chain}`, code: -4, chain });

export const valueData = ({ bytes }: Value): Part => attribute(NFTA_DATA.VALUE, bytes);

export const verdictData = ({ code, chain }: Verdict): Attribute =>
  nest(
    NFTA_DATA.VERDICT,
    number(NFTA_VERDICT.CODE, code),
    ...(chain === undefined ? [] : [attribute(NFTA_VERDICT.CHAIN, cString(chain))]),
  );

const parsed = <T>(text: string, value: T | undefined): T => {
  if (value === undefined) throw new TypeError(`${text} is not an address or a block of addresses`);
  return value;
};

const padded = (bytes: Uint8Array, length: number): Uint8Array => {
  if (bytes.length === length) return bytes;
  const all = new Uint8Array(length);
  all.set(bytes);
  return all;
};

/** linux/if.h */
const IFNAMSIZ = 16;

/** linux/in.h */
export const PROTOCOLS = { tcp: 6, udp: 17, sctp: 132 } as const;

/** linux/netfilter/nf_tables.h */
export const NFTA_DATA = { VALUE: 1, VERDICT: 2 } as const;
export const NFTA_VERDICT = { CODE: 1, CHAIN: 2 } as const;
