import { type Attribute, attribute, cString, type Part } from '../message.ts';
import { nest, number } from './message.ts';
import { NFTA_DATA, type Verdict, verdictData } from './values.ts';

/** One instruction of a rule: it loads something into a register, compares a register, or acts. */
export type Expression = readonly Part[];

/** Every comparison takes this one; addresses of IPv6 fill it. */
export const FIRST = 1;

/** The register that begins n words of 4 bytes after the first one. */
export const wordRegister = (words: number): number => (words === 0 ? FIRST : NFT_REG32_00 + words);

export const payloadLoad = (
  base: keyof typeof HEADERS,
  offset: number,
  length: number,
  register = FIRST,
): Expression =>
  expression(
    'payload',
    number(NFTA_PAYLOAD.DREG, register),
    number(NFTA_PAYLOAD.BASE, HEADERS[base]),
    number(NFTA_PAYLOAD.OFFSET, offset),
    number(NFTA_PAYLOAD.LEN, length),
  );

/** Writes into a header; the checksum of 16 bits at the other offset is brought up to date. */
export const payloadStore = (
  base: keyof typeof HEADERS,
  offset: number,
  length: number,
  checksumOffset: number,
): Expression =>
  expression(
    'payload',
    number(NFTA_PAYLOAD.SREG, FIRST),
    number(NFTA_PAYLOAD.BASE, HEADERS[base]),
    number(NFTA_PAYLOAD.OFFSET, offset),
    number(NFTA_PAYLOAD.LEN, length),
    number(NFTA_PAYLOAD.CSUM_TYPE, NFT_PAYLOAD_CSUM_INET),
    number(NFTA_PAYLOAD.CSUM_OFFSET, checksumOffset),
  );

export const metaLoad = (key: keyof typeof META, register = FIRST): Expression =>
  expression('meta', number(NFTA_META.KEY, META[key]), number(NFTA_META.DREG, register));

export const conntrackLoad = (key: keyof typeof CT): Expression =>
  expression('ct', number(NFTA_CT.KEY, CT[key]), number(NFTA_CT.DREG, FIRST));

/** The type of the packet's destination address. */
export const destinationTypeLoad = (): Expression =>
  expression(
    'fib',
    number(NFTA_FIB.DREG, FIRST),
    number(NFTA_FIB.RESULT, NFT_FIB_RESULT_ADDRTYPE),
    number(NFTA_FIB.FLAGS, NFTA_FIB_F_DADDR),
  );

export const compare = (operator: '==' | '!=', bytes: Uint8Array): Expression =>
  expression(
    'cmp',
    number(NFTA_CMP.SREG, FIRST),
    number(NFTA_CMP.OP, operator === '==' ? NFT_CMP_EQ : NFT_CMP_NEQ),
    nest(NFTA_CMP.DATA, attribute(NFTA_DATA.VALUE, bytes)),
  );

/** Keeps the bits of the mask. */
export const mask = (bits: Uint8Array): Expression =>
  expression(
    'bitwise',
    number(NFTA_BITWISE.SREG, FIRST),
    number(NFTA_BITWISE.DREG, FIRST),
    number(NFTA_BITWISE.LEN, bits.length),
    nest(NFTA_BITWISE.MASK, attribute(NFTA_DATA.VALUE, bits)),
    nest(NFTA_BITWISE.XOR, attribute(NFTA_DATA.VALUE, new Uint8Array(bits.length))),
  );

/** Goes on if the first register is in the set; with a register, puts the datum of a map there. */
export const lookup = (set: string, into?: number): Expression =>
  expression(
    'lookup',
    attribute(NFTA_LOOKUP.SET, cString(set)),
    number(NFTA_LOOKUP.SREG, FIRST),
    ...(into === undefined ? [] : [number(NFTA_LOOKUP.DREG, into)]),
  );

/** The register of a verdict. */
export const VERDICT = 0;

export const verdict = (value: Verdict): Expression =>
  expression(
    'immediate',
    number(NFTA_IMMEDIATE.DREG, VERDICT),
    nest(NFTA_IMMEDIATE.DATA, verdictData(value)),
  );

export const immediate = (bytes: Uint8Array): Expression =>
  expression(
    'immediate',
    number(NFTA_IMMEDIATE.DREG, FIRST),
    nest(NFTA_IMMEDIATE.DATA, attribute(NFTA_DATA.VALUE, bytes)),
  );

/** Destination NAT to the address in the first register and the port in another one. */
export const destinationNat = (family: number, port: number): Expression =>
  expression(
    'nat',
    number(NFTA_NAT.TYPE, NFT_NAT_DNAT),
    number(NFTA_NAT.FAMILY, family),
    number(NFTA_NAT.REG_ADDR_MIN, FIRST),
    number(NFTA_NAT.REG_PROTO_MIN, port),
    number(NFTA_NAT.FLAGS, NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED),
  );

export const masqueradeAs = (): Expression => expression('masq');

/** Counts packets and bytes, from 0. */
export const counter = (): Expression =>
  expression(
    'counter',
    attribute(NFTA_COUNTER.BYTES, new Uint8Array(8)),
    attribute(NFTA_COUNTER.PACKETS, new Uint8Array(8)),
  );

const expression = (name: string, ...data: readonly Attribute[]): Expression => [
  attribute(NFTA_EXPR.NAME, cString(name)),
  nest(NFTA_EXPR.DATA, ...data),
];

/** linux/netfilter/nf_tables.h */
export const NFTA_EXPR = { NAME: 1, DATA: 2 } as const;
const NFT_REG32_00 = 8;
const HEADERS = { network: 1, transport: 2 } as const;
const NFTA_PAYLOAD = {
  DREG: 1,
  BASE: 2,
  OFFSET: 3,
  LEN: 4,
  SREG: 5,
  CSUM_TYPE: 6,
  CSUM_OFFSET: 7,
} as const;
const NFT_PAYLOAD_CSUM_INET = 1;
export const NFTA_META = { DREG: 1, KEY: 2 } as const;
export const META = { iifname: 6, oifname: 7, nfproto: 15, l4proto: 16, oifgroup: 22 } as const;
const NFTA_CT = { DREG: 1, KEY: 2 } as const;
const CT = { state: 0, status: 2 } as const;
const NFTA_FIB = { DREG: 1, RESULT: 2, FLAGS: 3 } as const;
const NFT_FIB_RESULT_ADDRTYPE = 3;
const NFTA_FIB_F_DADDR = 2;
export const NFTA_CMP = { SREG: 1, OP: 2, DATA: 3 } as const;
const NFT_CMP_EQ = 0;
const NFT_CMP_NEQ = 1;
const NFTA_BITWISE = { SREG: 1, DREG: 2, LEN: 3, MASK: 4, XOR: 5 } as const;
const NFTA_LOOKUP = { SET: 1, SREG: 2, DREG: 3 } as const;
export const NFTA_IMMEDIATE = { DREG: 1, DATA: 2 } as const;
const NFTA_NAT = { TYPE: 1, FAMILY: 2, REG_ADDR_MIN: 3, REG_PROTO_MIN: 5, FLAGS: 7 } as const;
const NFT_NAT_DNAT = 1;
const NF_NAT_RANGE_MAP_IPS = 1;
const NF_NAT_RANGE_PROTO_SPECIFIED = 2;
const NFTA_COUNTER = { BYTES: 1, PACKETS: 2 } as const;
