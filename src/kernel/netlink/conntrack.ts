import { type Answer, attributesOf } from './answer.ts';
import { type Attribute, attribute, type Netlink, type Part, u8 } from './message.ts';
import { FAMILIES, NFGENMSG_SIZE, netfilterMessage } from './nfnetlink.ts';
import { be16, nest } from './nft/message.ts';
import { PROTOCOLS, type Protocol } from './nft/values.ts';

type Way = { readonly version: 'ip' | 'ip6'; readonly protocol: Protocol };

/** Connections that were begun to a port, whatever the address. */
export type ToPort = Way & { readonly port: number };

/** The same for several ports. */
export type ToPorts = Way & { readonly ports: readonly number[] };

/**
 * Removes the entries of connection tracking for a port that clients have connected to: the next packet of each is
 * looked up anew. EINVAL before Linux 6.9, which does not choose entries by a part of their addresses.
 */
export const conntrackDelete = (to: ToPort): Netlink =>
  conntrackMessage(
    IPCTNL_MSG_CT_DELETE,
    ['NLM_F_ACK'],
    `conntrack -D ${optionsOf(to)} --orig-port-dst ${to.port}`,
    to.version,
    ...filter(to.protocol, to.port),
  );

/** Lists the entries of a protocol; those of all of them before Linux 5.8. */
export const conntrackDump = (way: Way): Netlink =>
  conntrackMessage(
    IPCTNL_MSG_CT_GET,
    ['NLM_F_DUMP'],
    `conntrack -L ${optionsOf(way)}`,
    way.version,
    ...filter(way.protocol),
  );

/** Removes each of the entries among the answers to `conntrackDump` that is of one of these ports. */
export const conntrackDeletes = (
  { version, protocol, ports }: ToPorts,
  answers: readonly Answer[],
): readonly Netlink[] => {
  const wanted = new Set(ports);
  return answers.flatMap((answer) => {
    if (answer.kind !== 'message' || answer.type !== typeOf(IPCTNL_MSG_CT_NEW)) return [];
    const attributes = attributesOf(answer.payload.subarray(NFGENMSG_SIZE));
    const [tuple, id] = [CTA.TUPLE_ORIG, CTA.ID].map((type) => attributes.get(type));
    if (!tuple || !id) return [];
    const of = attributesOf(attributesOf(tuple).get(CTA_TUPLE.PROTO) ?? new Uint8Array());
    const port = of.get(CTA_PROTO.DST_PORT);
    if (of.get(CTA_PROTO.NUM)?.[0] !== PROTOCOLS[protocol]) return [];
    if (!port || !wanted.has(port[0]! * 256 + port[1]!)) return [];
    return [
      conntrackMessage(
        IPCTNL_MSG_CT_DELETE,
        ['NLM_F_ACK'],
        'conntrack -D',
        version,
        nest(CTA.TUPLE_ORIG, tuple),
        attribute(CTA.ID, id),
      ),
    ];
  });
};

const conntrackMessage = (
  type: number,
  flags: readonly ('NLM_F_ACK' | 'NLM_F_DUMP')[],
  text: string,
  version: ToPort['version'],
  ...parts: readonly Part[]
): Netlink => netfilterMessage(typeOf(type), flags, text, { family: FAMILIES[version] }, ...parts);

const typeOf = (type: number): number => (NFNL_SUBSYS_CTNETLINK << 8) | type;

const optionsOf = ({ version, protocol }: Way): string =>
  `-f ${version === 'ip' ? 'ipv4' : 'ipv6'} -p ${protocol}`;

const filter = (protocol: Protocol, port?: number): readonly Attribute[] => [
  nest(
    CTA.TUPLE_ORIG,
    nest(
      CTA_TUPLE.PROTO,
      attribute(CTA_PROTO.NUM, u8(PROTOCOLS[protocol])),
      ...(port === undefined ? [] : [attribute(CTA_PROTO.DST_PORT, be16(port))]),
    ),
  ),
  nest(
    CTA.FILTER,
    attribute(CTA_FILTER.ORIG_FLAGS, FILTER_PROTO_NUM | (port === undefined ? 0 : FILTER_PROTO_DST_PORT)),
    attribute(CTA_FILTER.REPLY_FLAGS, 0),
  ),
];

/** linux/netfilter/nfnetlink_conntrack.h */
const NFNL_SUBSYS_CTNETLINK = 1;
const IPCTNL_MSG_CT_NEW = 0;
const IPCTNL_MSG_CT_GET = 1;
const IPCTNL_MSG_CT_DELETE = 2;
const CTA = { TUPLE_ORIG: 1, ID: 12, FILTER: 25 } as const;
const CTA_TUPLE = { PROTO: 2 } as const;
const CTA_PROTO = { NUM: 1, DST_PORT: 3 } as const;
const CTA_FILTER = { ORIG_FLAGS: 1, REPLY_FLAGS: 2 } as const;

/** net/netfilter/nf_conntrack_netlink.c: which parts of a tuple count. */
const FILTER_PROTO_NUM = 1 << 3;
const FILTER_PROTO_DST_PORT = 1 << 5;
