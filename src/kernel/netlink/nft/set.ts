import { type Attribute, align, attribute, bytesOf, cString } from '../message.ts';
import { type Nft, nest, nftMessage, number, type Table, tableText } from './message.ts';
import { type BlockValue, type Value, type Verdict, valueData, verdictData } from './values.ts';

/** A set of keys, or a map from keys to data or to verdicts. A key or datum of several types is concatenated. */
export type SetType = {
  readonly name: string;
  readonly key: readonly DataType[];
  readonly data?: readonly DataType[] | 'verdict';
  /** The elements are blocks of addresses. */
  readonly isInterval?: true;
};

export type DataType = keyof typeof DATA_TYPES;

export const setAdd = (table: Table, set: SetType): Nft => {
  const { name, key, data, isInterval } = set;
  return nftMessage(
    'NEWSET',
    ['NLM_F_CREATE'],
    `add ${data ? 'map' : 'set'} ${tableText(table)} ${name} { type ${typeText(set)};${isInterval ? ' flags interval;' : ''} }`,
    table.family,
    attribute(NFTA_SET.TABLE, cString(table.name)),
    attribute(NFTA_SET.NAME, cString(name)),
    number(NFTA_SET.FLAGS, (data ? NFT_SET_MAP : 0) | (isInterval ? NFT_SET_INTERVAL : 0)),
    number(NFTA_SET.KEY_TYPE, typeNumber(key)),
    number(NFTA_SET.KEY_LEN, lengthOf(key)),
    ...(data === undefined ? [] : dataParts(data)),
    number(NFTA_SET.ID, ANY_ID),
    // Without it nft(8) prints names of interfaces as empty strings.
    ...(key[0] === 'ifname' ? [attribute(NFTA_SET.USERDATA, HOST_BYTE_ORDER)] : []),
  );
};

/** An element of a set, or of a map: one attribute, or two. It is added and removed with the same bytes. */
export type Element = { readonly text: string; readonly parts: readonly Uint8Array[] };

export const element = (key: Value, data?: Value | Verdict): Element => ({
  text: data ? `${key.text} : ${data.text}` : key.text,
  parts: [elementOf(key.bytes, data)],
});

/** All addresses of a block. The kernel knows the first one, and the first one after the last. */
export const blockElement = (key: BlockValue, data: Verdict): Element => {
  const after = firstAfter(key);
  return {
    text: `${key.text} : ${data.text}`,
    parts: [elementOf(key.bytes, data), ...(after ? [elementOf(after, undefined, END)] : [])],
  };
};

/** Adds elements; EEXIST if one is there with other data. As many messages as it takes, at most 64 KiB each. */
export const elementsAdd = (table: Table, set: string, elements: readonly Element[]): readonly Nft[] =>
  chunks(elements).map((some) =>
    nftMessage(
      'NEWSETELEM',
      ['NLM_F_CREATE'],
      `add element ${tableText(table)} ${set} { ${some.map(({ text }) => text).join(', ')} }`,
      table.family,
      ...elementParts(table, set, some),
    ),
  );

/** Removes elements; ENOENT if one is not there. */
export const elementsDelete = (table: Table, set: string, elements: readonly Element[]): readonly Nft[] =>
  chunks(elements).map((some) =>
    nftMessage(
      'DELSETELEM',
      [],
      `delete element ${tableText(table)} ${set} { ${some.map(({ text }) => text).join(', ')} }`,
      table.family,
      ...elementParts(table, set, some),
    ),
  );

const elementParts = (table: Table, set: string, elements: readonly Element[]): readonly Attribute[] => [
  attribute(NFTA_SET_ELEM_LIST.TABLE, cString(table.name)),
  attribute(NFTA_SET_ELEM_LIST.SET, cString(set)),
  nest(NFTA_SET_ELEM_LIST.ELEMENTS, ...elements.flatMap(({ parts }) => parts)),
];

const elementOf = (key: Uint8Array, data?: Value | Verdict, ...more: readonly Attribute[]): Uint8Array =>
  bytesOf(
    nest(
      NFTA_LIST_ELEM,
      ...more,
      nest(NFTA_SET_ELEM.KEY, valueData({ text: '', bytes: key })),
      ...(data ? [nest(NFTA_SET_ELEM.DATA, 'code' in data ? verdictData(data) : valueData(data))] : []),
    ),
  );

// The length of an attribute is a number of 16 bits.
const chunks = (elements: readonly Element[]): readonly (readonly Element[])[] => {
  const all: Element[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const one of elements) {
    const length = one.parts.reduce((sum, part) => sum + part.length, 0);
    if (size + length > MOST_BYTES) {
      all.push([]);
      size = 0;
    }
    all.at(-1)!.push(one);
    size += length;
  }
  return all;
};

const MOST_BYTES = 60_000;

/** Undefined after the last address of all. */
const firstAfter = ({ bytes, prefix }: BlockValue): Uint8Array | undefined => {
  const after = Uint8Array.from(bytes);
  for (let bit = prefix - 1; bit >= 0; bit--) {
    const mask = 0x80 >>> (bit % 8);
    const index = bit >>> 3;
    after[index]! ^= mask;
    if (after[index]! & mask) return after;
  }
  return undefined;
};

const dataParts = (data: readonly DataType[] | 'verdict'): readonly Attribute[] =>
  data === 'verdict'
    ? [number(NFTA_SET.DATA_TYPE, NFT_DATA_VERDICT), number(NFTA_SET.DATA_LEN, 0)]
    : [number(NFTA_SET.DATA_TYPE, typeNumber(data)), number(NFTA_SET.DATA_LEN, lengthOf(data))];

const typeText = ({ key, data }: SetType): string => {
  const of = (types: readonly DataType[]): string => types.join(' . ');
  if (data === undefined) return of(key);
  return `${of(key)} : ${data === 'verdict' ? data : of(data)}`;
};

// nft(8) reads these numbers, and the kernel does not: six bits for each type.
const typeNumber = (types: readonly DataType[]): number =>
  types.reduce((all, type) => (all << 6) | DATA_TYPES[type].number, 0);

const lengthOf = (types: readonly DataType[]): number => {
  const [first] = types;
  if (types.length === 1 && first) return DATA_TYPES[first].length;
  return types.reduce((sum, type) => sum + align(DATA_TYPES[type].length), 0);
};

/** The types of nft(8), with its numbers. */
const DATA_TYPES = {
  ipv4_addr: { number: 7, length: 4 },
  ipv6_addr: { number: 8, length: 16 },
  inet_proto: { number: 12, length: 1 },
  inet_service: { number: 13, length: 2 },
  ifname: { number: 41, length: 16 },
} as const;

/** libnftnl: NFTNL_UDATA_SET_KEYBYTEORDER with BYTEORDER_HOST_ENDIAN. */
const HOST_BYTE_ORDER = Uint8Array.of(0, 4, 1, 0, 0, 0);

/** The number of a set within a transaction, for a lookup by it; ours are by name. */
const ANY_ID = 1;

/** linux/netfilter/nf_tables.h */
const NFTA_SET = {
  TABLE: 1,
  NAME: 2,
  FLAGS: 3,
  KEY_TYPE: 4,
  KEY_LEN: 5,
  DATA_TYPE: 6,
  DATA_LEN: 7,
  ID: 10,
  USERDATA: 13,
} as const;
const NFT_SET_INTERVAL = 4;
const NFT_SET_MAP = 8;
const NFT_DATA_VERDICT = 0xffffff00;
const NFTA_SET_ELEM_LIST = { TABLE: 1, SET: 2, ELEMENTS: 3 } as const;
const NFTA_LIST_ELEM = 1;
const NFTA_SET_ELEM = { KEY: 1, DATA: 2, FLAGS: 3 } as const;
const NFT_SET_ELEM_INTERVAL_END = 1;
const END = number(NFTA_SET_ELEM.FLAGS, NFT_SET_ELEM_INTERVAL_END);
