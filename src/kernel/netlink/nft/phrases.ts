import { FAMILIES } from '../nfnetlink.ts';
import {
  compare,
  conntrackLoad,
  counter,
  destinationNat,
  destinationTypeLoad,
  type Expression,
  FIRST,
  immediate,
  lookup,
  mask,
  masqueradeAs,
  metaLoad,
  payloadLoad,
  payloadStore,
  VERDICT,
  verdict,
  wordRegister,
} from './expressions.ts';
import type { Phrase } from './rule.ts';
import { type BlockValue, PROTOCOLS, type Value, type Verdict } from './values.ts';

/** Something that a packet has, and how it comes into a register. */
export type Field = {
  readonly text: string;
  /** Conditions without which a packet has no such field; nft(8) does not print them. */
  readonly requires: readonly Expression[];
  readonly load: (register?: number) => Expression;
  /** Words of 4 bytes. */
  readonly words: number;
};

const NFPROTO = { ip: FAMILIES.ip, ip6: FAMILIES.ip6 } as const;

/** In a table of the family `inet`, a rule about a header applies to one version of IP only. */
const isVersion = (version: keyof typeof NFPROTO): readonly Expression[] => [
  metaLoad('nfproto'),
  compare('==', Uint8Array.of(NFPROTO[version])),
];

const header = (
  version: keyof typeof NFPROTO,
  name: string,
  offset: number,
  length: number,
  requires: readonly Expression[],
): Field => ({
  text: `${version} ${name}`,
  requires,
  load: (register) => payloadLoad('network', offset, length, register),
  words: length / 4,
});

/** The addresses of a packet, in tables of the family `inet`. */
export const IP_SOURCE = header('ip', 'saddr', 12, 4, isVersion('ip'));
export const IP_DESTINATION = header('ip', 'daddr', 16, 4, isVersion('ip'));
export const IP6_SOURCE = header('ip6', 'saddr', 8, 16, isVersion('ip6'));
export const IP6_DESTINATION = header('ip6', 'daddr', 24, 16, isVersion('ip6'));

/** The same in tables of the family `ip`, which see no IPv6. */
export const ONLY_IP_SOURCE = header('ip', 'saddr', 12, 4, []);
export const ONLY_IP_DESTINATION = header('ip', 'daddr', 16, 4, []);

const ofMeta = (key: Parameters<typeof metaLoad>[0], text: string = key): Field => ({
  text,
  requires: [],
  load: (register) => metaLoad(key, register),
  words: 1,
});

export const INPUT_INTERFACE = ofMeta('iifname');
export const OUTPUT_INTERFACE = ofMeta('oifname');
export const OUTPUT_GROUP = ofMeta('oifgroup', 'meta oifgroup');
const PROTOCOL = ofMeta('l4proto', 'meta l4proto');

const portField = (text: string, offset: number, requires: readonly Expression[]): Field => ({
  text,
  requires,
  load: (register) => payloadLoad('transport', offset, 2, register),
  words: 1,
});

/** The destination port of whichever protocol. */
const ANY_PORT = portField('th dport', 2, []);

const isProtocol = (name: 'tcp' | 'udp'): readonly Expression[] => [
  metaLoad('l4proto'),
  compare('==', Uint8Array.of(PROTOCOLS[name])),
];

export const portOf = (protocol: 'tcp' | 'udp', end: 'sport' | 'dport'): Field =>
  portField(`${protocol} ${end}`, PORT_OFFSETS[end], isProtocol(protocol));

const PORT_OFFSETS = { sport: 0, dport: 2 } as const;

export const is = (field: Field, value: Value): Phrase => ({
  text: `${field.text} ${value.text}`,
  expressions: [...field.requires, field.load(), compare('==', value.bytes)],
});

export const isNot = (field: Field, value: Value): Phrase => ({
  text: `${field.text} != ${value.text}`,
  expressions: [...field.requires, field.load(), compare('!=', value.bytes)],
});

export const isWithin = (field: Field, block: BlockValue): Phrase => within(field, block, '==');

export const isNotWithin = (field: Field, block: BlockValue): Phrase => within(field, block, '!=');

const within = (field: Field, { text, bytes, prefix }: BlockValue, operator: '==' | '!='): Phrase => ({
  text: operator === '==' ? `${field.text} ${text}` : `${field.text} != ${text}`,
  expressions: [
    ...field.requires,
    field.load(),
    ...(prefix < bytes.length * 8 ? [mask(maskOf(prefix, bytes.length))] : []),
    compare(operator, bytes),
  ],
});

const maskOf = (prefix: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (0xff00 >> Math.max(0, Math.min(8, prefix - index * 8))) & 0xff);

/** Whether none of the bits of a group of interfaces is another one. */
export const isNotInGroups = (
  field: Field,
  groups: { readonly mask: number; readonly value: number },
): Phrase => ({
  text: `${field.text} & 0x${groups.mask.toString(16)} != 0x${groups.value.toString(16)}`,
  expressions: [field.load(), mask(le32(groups.mask)), compare('!=', le32(groups.value))],
});

/** Whether the key is in a set. */
export const isIn = (field: Field, set: string): Phrase => ({
  text: `${field.text} @${set}`,
  expressions: [...field.requires, field.load(), lookup(set)],
});

/** The verdict that a map has for the key; without one the next rule follows. */
export const verdictFrom = (field: Field, map: string): Phrase => ({
  text: `${field.text} vmap @${map}`,
  expressions: [...field.requires, field.load(), lookup(map, VERDICT)],
});

/** Only packets of one version of IP, in tables of the family `inet`. */
export const onlyVersion = (version: 'ip' | 'ip6'): Phrase => ({
  text: `meta nfproto ${version === 'ip' ? 'ipv4' : 'ipv6'}`,
  expressions: isVersion(version),
});

export const destinationIsLocal: Phrase = {
  text: 'fib daddr type local',
  expressions: [destinationTypeLoad(), compare('==', le32(2))],
};

/** linux/netfilter/nf_conntrack_tuple_common.h, IP_CT_ESTABLISHED and IP_CT_RELATED as bits. */
export const isEstablished: Phrase = {
  text: 'ct state established,related',
  expressions: [conntrackLoad('state'), mask(le32(2 | 4)), compare('!=', le32(0))],
};

/** linux/netfilter/nf_conntrack_common.h, IPS_DST_NAT. */
export const wasRedirected: Phrase = {
  text: 'ct status dnat',
  expressions: [conntrackLoad('status'), mask(le32(0x20)), compare('!=', le32(0))],
};

export const end = (value: Verdict): Phrase => ({ text: value.text, expressions: [verdict(value)] });

export const masquerade: Phrase = { text: 'masquerade', expressions: [masqueradeAs()] };

export const counted: Phrase = { text: 'counter packets 0 bytes 0', expressions: [counter()] };

/**
 * Destination NAT to the address and the port that a map has for the key; without them, and for packets of the other
 * version, the next rule follows.
 */
export const redirectBy = (
  version: 'ip' | 'ip6',
  map: string,
  key: readonly ('address' | 'port')[],
): Phrase => {
  const destination = version === 'ip' ? IP_DESTINATION : IP6_DESTINATION;
  const fields = [...(key.includes('address') ? [destination] : []), PROTOCOL, ANY_PORT];
  let words = 0;
  const loads = fields.map((field) => {
    const load = field.load(wordRegister(words));
    words += field.words;
    return load;
  });
  return {
    text: `dnat ${version} to ${fields.map(({ text }) => text).join(' . ')} map @${map}`,
    expressions: [
      ...fields.flatMap(({ requires }) => requires),
      ...loads,
      lookup(map, FIRST),
      destinationNat(NFPROTO[version], wordRegister(destination.words)),
    ],
  };
};

/** Writes the port of a packet, without connection tracking. The rule has a condition on a port of the same protocol. */
export const portSet = (protocol: 'tcp' | 'udp', end: 'sport' | 'dport', port: Value): Phrase => ({
  text: `${protocol} ${end} set ${port.text}`,
  expressions: [
    immediate(port.bytes),
    payloadStore('transport', PORT_OFFSETS[end], 2, CHECKSUM_OFFSETS[protocol]),
  ],
});

/** In struct tcphdr and struct udphdr. */
const CHECKSUM_OFFSETS = { tcp: 16, udp: 6 } as const;

// Values that the kernel itself makes are in the host's byte order.
function le32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
