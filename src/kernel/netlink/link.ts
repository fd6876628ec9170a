import { bytesOfIp, parseIp } from '../../base/ip.ts';
import {
  AF_INET,
  AF_INET6,
  type Attribute,
  attribute,
  cString,
  type Device,
  isRef,
  type Netlink,
  nested,
  type Part,
  type Ref,
  request,
  u8,
} from './message.ts';

/**
 * Adds a bridge without spanning tree; it stays down. Alias and address generation need a separate `linkSet`: the
 * kernel ignores the alias of a link that is being created, and refuses address generation with EAFNOSUPPORT.
 */
export const linkAddBridge = ({ name, mac }: { readonly name: string; readonly mac: string }): Netlink =>
  request(
    'RTM_NEWLINK',
    ['NLM_F_ACK', 'NLM_F_CREATE', 'NLM_F_EXCL'],
    `link add ${name} address ${mac} type bridge forward_delay 0 stp_state 0`,
    ...header(),
    attribute(IFLA.IFNAME, cString(name)),
    // Without a MAC address of its own, a bridge takes the lowest one of its ports, and the gateway's would change.
    attribute(IFLA.ADDRESS, macAddress(mac)),
    linkInfo(
      'bridge',
      nested(IFLA_INFO.DATA, attribute(IFLA_BR.FORWARD_DELAY, 0), attribute(IFLA_BR.STP_STATE, 0)),
    ),
  );

export type Veth = {
  /** The host's end. */
  readonly name: string;
  /** Index of the bridge that the host's end joins. */
  readonly master?: number | Ref;
  /** Group of the host's end, see `linkDelGroup`. */
  readonly group?: number;
  /** Bytes of the largest packet, of both ends. */
  readonly mtu?: number;
  readonly peer: VethPeer;
};

export type VethPeer = {
  readonly name: string;
  /** Fixed, so that `eth0` is 2 in every container. By default the kernel takes the next free index. */
  readonly index?: number;
  /** The network namespace of the peer, by a process in it or by a descriptor of it. */
  readonly netns: { readonly pid: number | Ref } | { readonly fd: number | Ref };
  /** `02:42:ac:12:00:02` */
  readonly mac?: string;
};

/** Adds a veth pair in one request: the host's end up and on its bridge, the peer down and in its network namespace. */
export const linkAddVeth = ({ name, master, group, mtu, peer }: Veth): Netlink =>
  request(
    'RTM_NEWLINK',
    ['NLM_F_ACK', 'NLM_F_CREATE', 'NLM_F_EXCL'],
    [
      `link add ${name}`,
      ...(master === undefined ? [] : [`master ${master}`]),
      ...(group === undefined ? [] : [`group ${group}`]),
      ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
      `up type veth peer ${peerText(peer, mtu)}`,
    ].join(' '),
    ...header(0, true),
    attribute(IFLA.IFNAME, cString(name)),
    ...(master === undefined ? [] : [attribute(IFLA.MASTER, master)]),
    ...(group === undefined ? [] : [attribute(IFLA.GROUP, group)]),
    ...(mtu === undefined ? [] : [attribute(IFLA.MTU, mtu)]),
    linkInfo('veth', nested(IFLA_INFO.DATA, nested(VETH_INFO_PEER, ...peerParts(peer, mtu)))),
  );

export type LinkChanges = {
  readonly up?: boolean;
  /** At most 255 bytes; shown by `ip link`. */
  readonly alias?: string;
  readonly group?: number;
  readonly mtu?: number;
  /** The index of the bridge that it becomes a port of. */
  readonly master?: number;
  /**
   * No link-local IPv6 address on an IPv4-only network (CVE-2024-32473). It needs an earlier message than `up`,
   * because the kernel brings a link up before it reads this attribute.
   */
  readonly addrGenMode?: 'none';
  /** ip-sysctl.rst, `forwarding`: whether packets that arrive on this interface may be forwarded to another one. */
  readonly forwarding?: 'off';
};

export const linkSet = (
  device: Device,
  { alias, group, mtu, master, addrGenMode, forwarding, up }: LinkChanges,
): Netlink =>
  request(
    'RTM_SETLINK',
    ['NLM_F_ACK'],
    [
      `link set dev ${device}`,
      ...(alias === undefined ? [] : [`alias ${alias}`]),
      ...(group === undefined ? [] : [`group ${group}`]),
      ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
      ...(master === undefined ? [] : [`master ${master}`]),
      ...(addrGenMode === undefined ? [] : [`addrgenmode ${addrGenMode}`]),
      ...(forwarding === undefined ? [] : [`forwarding ${forwarding}`]),
      ...(up === undefined ? [] : [up ? 'up' : 'down']),
    ].join(' '),
    ...target(device, up),
    ...(alias === undefined ? [] : [attribute(IFLA.IFALIAS, Buffer.from(alias, 'utf8'))]),
    ...(group === undefined ? [] : [attribute(IFLA.GROUP, group)]),
    ...(mtu === undefined ? [] : [attribute(IFLA.MTU, mtu)]),
    ...(master === undefined ? [] : [attribute(IFLA.MASTER, master)]),
    ...byFamily([
      ...(addrGenMode === undefined ? [] : [NO_ADDRESS_GENERATION]),
      ...(forwarding === undefined ? [] : [NO_FORWARDING]),
    ]),
  );

export type PortChanges = {
  /** A packet may leave through the port that it came in by, as one of a container to its own published port. */
  readonly hairpin?: true;
  /** Nothing passes between this port and others that are isolated. */
  readonly isolated?: true;
};

/** Changes a port of a bridge; the kernel ignores these attributes in the request that adds the port. */
export const portSet = (device: Device, { hairpin, isolated }: PortChanges): Netlink =>
  request(
    // RTM_SETLINK would ignore them.
    'RTM_NEWLINK',
    ['NLM_F_ACK'],
    [
      `link set dev ${device} type bridge_slave`,
      ...(hairpin ? ['hairpin on'] : []),
      ...(isolated ? ['isolated on'] : []),
    ].join(' '),
    ...target(device),
    nested(
      IFLA.LINKINFO,
      attribute(IFLA_INFO.SLAVE_KIND, Buffer.from('bridge', 'utf8')),
      nested(
        IFLA_INFO.SLAVE_DATA,
        ...(hairpin ? [attribute(IFLA_BRPORT.MODE, u8(1))] : []),
        ...(isolated ? [attribute(IFLA_BRPORT.ISOLATED, u8(1))] : []),
      ),
    ),
  );

/** The locally administered MAC address derived from an address: `02:42:ac:12:00:02` for 172.18.0.2. */
export const macOf = (address: string): string => {
  const ip = parseIp(address);
  if (!ip) throw new TypeError(`${address} is not an address`);
  return [
    '02',
    '42',
    ...Array.from(bytesOfIp(ip).subarray(-4), (byte) => byte.toString(16).padStart(2, '0')),
  ].join(':');
};

/** Deletes a link; with one end of a veth pair also the other, see veth(4). */
export const linkDel = (device: Device): Netlink =>
  request('RTM_DELLINK', ['NLM_F_ACK'], `link del dev ${device}`, ...target(device));

/** Deletes all links of a group, in one RCU grace period instead of one for each. ENODEV if the group is empty. */
export const linkDelGroup = (group: number): Netlink =>
  request('RTM_DELLINK', ['NLM_F_ACK'], `link del group ${group}`, ...header(), attribute(IFLA.GROUP, group));

/** The group of a bridge and all its ports: high, because other programs use small numbers, and unique by the index. */
export const groupOf = (bridge: number): number => 0x7473_0000 + bridge;

/** The common bits of the groups of all our bridges. */
export const GROUPS = { mask: 0xff00_0000, value: 0x7400_0000 } as const;

/** Requests one link: the answer is one RTM_NEWLINK without an ack, or ENODEV. */
export const linkGet = (device: Device): Netlink =>
  request('RTM_GETLINK', [], `link show dev ${device}`, ...target(device), WITHOUT_STATISTICS);

/** Lists the links of the network namespace; the kernel filters by kind and by master. */
export const linkDump = ({
  kind,
  master,
}: {
  readonly kind?: string;
  readonly master?: number;
} = {}): Netlink =>
  request(
    'RTM_GETLINK',
    ['NLM_F_DUMP'],
    [
      'link show',
      ...(master === undefined ? [] : [`master ${master}`]),
      ...(kind === undefined ? [] : [`type ${kind}`]),
    ].join(' '),
    ...header(),
    ...(master === undefined ? [] : [attribute(IFLA.MASTER, master)]),
    ...(kind === undefined ? [] : [linkInfo(kind)]),
    WITHOUT_STATISTICS,
  );

// struct ifinfomsg: family, padding, device type; index; flags; change mask of the flags.
const header = (index: number | Ref = 0, up?: boolean): readonly Part[] => [
  0,
  index,
  up ? IFF_UP : 0,
  up === undefined ? 0 : IFF_UP,
];

const target = (device: Device, up?: boolean): readonly Part[] =>
  typeof device === 'number' || isRef(device)
    ? header(device, up)
    : [...header(0, up), attribute(IFLA.IFNAME, cString(device))];

const linkInfo = (kind: string, ...data: readonly Attribute[]): Attribute =>
  nested(IFLA.LINKINFO, attribute(IFLA_INFO.KIND, Buffer.from(kind, 'utf8')), ...data);

const byFamily = (families: readonly Attribute[]): readonly Attribute[] =>
  families.length === 0 ? [] : [nested(IFLA.AF_SPEC, ...families)];

const peerParts = ({ name, index, netns, mac }: VethPeer, mtu?: number): readonly Part[] => [
  ...header(index),
  attribute(IFLA.IFNAME, cString(name)),
  'pid' in netns ? attribute(IFLA.NET_NS_PID, netns.pid) : attribute(IFLA.NET_NS_FD, netns.fd),
  ...(mac === undefined ? [] : [attribute(IFLA.ADDRESS, macAddress(mac))]),
  ...(mtu === undefined ? [] : [attribute(IFLA.MTU, mtu)]),
];

const peerText = ({ name, index, netns, mac }: VethPeer, mtu?: number): string =>
  [
    `name ${name}`,
    ...(index === undefined ? [] : [`index ${index}`]),
    ...(mac === undefined ? [] : [`address ${mac}`]),
    ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
    'pid' in netns ? `netns ${netns.pid}` : `netns fd ${netns.fd}`,
  ].join(' ');

const macAddress = (text: string): Uint8Array => {
  if (!/^[\da-f]{2}(:[\da-f]{2}){5}$/i.test(text)) throw new TypeError(`${text} is not a MAC address`);
  return u8(...text.split(':').map((byte) => Number.parseInt(byte, 16)));
};

export const IFF_UP = 1;
export const IFINFOMSG_SIZE = 16;

/** linux/if_link.h */
export const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  MASTER: 10,
  LINKINFO: 18,
  NET_NS_PID: 19,
  IFALIAS: 20,
  AF_SPEC: 26,
  GROUP: 27,
  NET_NS_FD: 28,
  EXT_MASK: 29,
} as const;
export const IFLA_INFO = { KIND: 1, DATA: 2, SLAVE_KIND: 4, SLAVE_DATA: 5 } as const;
const IFLA_BRPORT = { MODE: 4, ISOLATED: 33 } as const;

const IFLA_BR = { FORWARD_DELAY: 1, STP_STATE: 5 } as const;
const IFLA_INET6_ADDR_GEN_MODE = 8;
const IN6_ADDR_GEN_MODE_NONE = 1;
const VETH_INFO_PEER = 1;
const IFLA_INET_CONF = 1;
const IPV4_DEVCONF_FORWARDING = 1;
const RTEXT_FILTER_SKIP_STATS = 8;

const WITHOUT_STATISTICS = attribute(IFLA.EXT_MASK, RTEXT_FILTER_SKIP_STATS);
const NO_ADDRESS_GENERATION = nested(
  AF_INET6,
  attribute(IFLA_INET6_ADDR_GEN_MODE, u8(IN6_ADDR_GEN_MODE_NONE)),
);
const NO_FORWARDING = nested(AF_INET, nested(IFLA_INET_CONF, attribute(IPV4_DEVCONF_FORWARDING, 0)));
