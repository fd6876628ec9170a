import { type Answer, attributesOf } from './answer.ts';
import { type Attribute, attribute, type Netlink, type Part, u8 } from './message.ts';
import { FAMILIES, NFGENMSG_SIZE, netfilterMessage } from './nfnetlink.ts';
import { be16, nest } from './nft/message.ts';
import { PROTOCOLS, type Protocol } from './nft/values.ts';

/** Connections that were begun to a port, whatever the address. */
export type ToPort = { readonly version: 'ip' | 'ip6'; readonly protocol: Protocol; readonly port: number };

/**
 * Removes the entries of connection tracking for a port that clients have connected to: the next packet of each is
 * looked up anew. EINVAL if the kernel does not choose entries by a part of their addresses.
 */
export const conntrackDelete = (to: ToPort): Netlink =>
  conntrackMessage(
    IPCTNL_MSG_CT_DELETE,
    ['NLM_F_ACK'],
    `conntrack -D ${optionsOf(to)}`,
    to.version,
    ...filter(to),
  );

/** Lists the same entries. */
export const conntrackDump = (to: ToPort): Netlink =>
  conntrackMessage(
    IPCTNL_MSG_CT_GET,
    ['NLM_F_DUMP'],
    `conntrack -L ${optionsOf(to)}`,
    to.version,
    ...filter(to),
  );

/** Removes each of the entries among the answers to `conntrackDump`. */
export const conntrackDeletes = (
  version: ToPort['version'],
  answers: readonly Answer[],
): readonly Netlink[] =>
  answers.flatMap((answer) => {
    if (answer.kind !== 'message' || answer.type !== typeOf(IPCTNL_MSG_CT_NEW)) return [];
    const attributes = attributesOf(answer.payload.subarray(NFGENMSG_SIZE));
    const [tuple, id] = [CTA.TUPLE_ORIG, CTA.ID].map((type) => attributes.get(type));
    if (!tuple || !id) return [];
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

const conntrackMessage = (
  type: number,
  flags: readonly ('NLM_F_ACK' | 'NLM_F_DUMP')[],
  text: string,
  version: ToPort['version'],
  ...parts: readonly Part[]
): Netlink => netfilterMessage(typeOf(type), flags, text, { family: FAMILIES[version] }, ...parts);

const typeOf = (type: number): number => (NFNL_SUBSYS_CTNETLINK << 8) | type;

const optionsOf = ({ version, protocol, port }: ToPort): string =>
  `-f ${version === 'ip' ? 'ipv4' : 'ipv6'} -p ${protocol} --orig-port-dst ${port}`;

const filter = ({ protocol, port }: ToPort): readonly Attribute[] => [
  nest(
    CTA.TUPLE_ORIG,
    nest(
      CTA_TUPLE.PROTO,
      attribute(CTA_PROTO.NUM, u8(PROTOCOLS[protocol])),
      attribute(CTA_PROTO.DST_PORT, be16(port)),
    ),
  ),
  nest(
    CTA.FILTER,
    attribute(CTA_FILTER.ORIG_FLAGS, FILTER_PROTO_NUM | FILTER_PROTO_DST_PORT),
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
