import { type Attribute, attribute, type MessageFlag, type Netlink, nested, type Part } from '../message.ts';
import { FAMILIES, type Family, netfilterMessage } from '../nfnetlink.ts';

/** A request to nf_tables; the text is the command of nft(8) that does the same. */
export type Nft = Netlink;

/** A table: `inet filter`. */
export type Table = { readonly family: Family; readonly name: string };

export type NftType = keyof typeof NFT_MSG;

/** Builds a message of nf_tables. Changes are accepted only within a `transaction`. */
export const nftMessage = (
  type: NftType,
  flags: readonly MessageFlag[],
  text: string,
  family: Family | 'any',
  ...parts: readonly Part[]
): Nft =>
  netfilterMessage(
    typeOf(type),
    flags,
    text,
    { family: family === 'any' ? NFPROTO_UNSPEC : FAMILIES[family] },
    ...parts,
  );

/** The type of a message, in requests and in answers. */
export const typeOf = (type: NftType): number => (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG[type];

export const tableText = ({ family, name }: Table): string => `${family} ${name}`;

/** Numbers of nf_tables are in network byte order. */
const be32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value | 0);
  return bytes;
};

export const be16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value & 0xff);

/** An attribute with a number. */
export const number = (type: number, value: number): Attribute => attribute(type, be32(value));

/** Nested attributes with the flag that nft(8) sets. */
export const nest = (type: number, ...parts: readonly Part[]): Attribute =>
  nested(type | NLA_F_NESTED, ...parts);

/** linux/netfilter/nfnetlink.h */
const NFNL_SUBSYS_NFTABLES = 10;
const NFPROTO_UNSPEC = 0;
const NLA_F_NESTED = 0x8000;

/** linux/netfilter/nf_tables.h */
const NFT_MSG = {
  NEWTABLE: 0,
  GETTABLE: 1,
  DELTABLE: 2,
  NEWCHAIN: 3,
  GETCHAIN: 4,
  NEWRULE: 6,
  GETRULE: 7,
  DELRULE: 8,
  NEWSET: 9,
  NEWSETELEM: 12,
  DELSETELEM: 14,
  NEWGEN: 15,
} as const;
