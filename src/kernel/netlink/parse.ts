import { baseOf, formatBlock, formatIp, ipOfBytes } from '../../base/ip.ts';
import { IFA, IFADDRMSG_SIZE } from './addr.ts';
import { type Answer, attributesOf, payloadsOf, stringOf, uint32 } from './answer.ts';
import { IFF_UP, IFINFOMSG_SIZE, IFLA, IFLA_INFO } from './link.ts';
import { AF_INET, AF_INET6 } from './message.ts';
import { RTA, RTMSG_SIZE } from './route.ts';

export type FoundLink = {
  readonly index: number;
  readonly name: string;
  readonly up: boolean;
  /** `bridge`, `veth`; undefined for the loopback interface and hardware. */
  readonly kind?: string;
  readonly alias?: string;
  /** Index of the bridge, if the link is a port of one. */
  readonly master?: number;
};

export type FoundAddress = {
  /** Index of the interface. */
  readonly device: number;
  /** `172.18.0.1` or `fd00::1`; the length of the network prefix is separate. */
  readonly address: string;
  readonly prefix: number;
};

export type FoundRoute = {
  /** CIDR; `0.0.0.0/0` and `::/0` are default routes. */
  readonly to: string;
  /** 254 is `main`, 255 `local`. */
  readonly table: number;
  readonly device?: number;
  readonly via?: string;
};

/** The links among the answers to `linkGet` or `linkDump`. */
export const linksOf = (answers: readonly Answer[]): readonly FoundLink[] =>
  payloadsOf(answers, 'RTM_NEWLINK').map((payload) => {
    const attributes = attributesOf(payload.subarray(IFINFOMSG_SIZE));
    const info = attributes.get(IFLA.LINKINFO);
    return {
      index: uint32(payload, 4),
      name: stringOf(attributes.get(IFLA.IFNAME)),
      up: (uint32(payload, 8) & IFF_UP) !== 0,
      ...optional('kind', info && attributesOf(info).get(IFLA_INFO.KIND), stringOf),
      ...optional('alias', attributes.get(IFLA.IFALIAS), stringOf),
      ...optional('master', attributes.get(IFLA.MASTER), uint32),
    };
  });

/** The addresses among the answers to `addrDump`, without those of a single link: a veth pair has one. */
export const addressesOf = (answers: readonly Answer[]): readonly FoundAddress[] =>
  payloadsOf(answers, 'RTM_NEWADDR').flatMap((payload) => {
    const attributes = attributesOf(payload.subarray(IFADDRMSG_SIZE));
    // linux/if_addr.h: on a point-to-point link ADDRESS is the address of the peer; LOCAL is always the own one.
    const local = attributes.get(IFA.LOCAL) ?? attributes.get(IFA.ADDRESS);
    if (!local || !isInternet(payload) || isOfLink(local)) return [];
    return [{ device: uint32(payload, 4), address: addressText(local), prefix: payload[1]! }];
  });

/** The IPv4 and IPv6 routes among the answers to `routeDump`, without those of a single link: a veth pair has three. */
export const routesOf = (answers: readonly Answer[]): readonly FoundRoute[] =>
  payloadsOf(answers, 'RTM_NEWROUTE').flatMap((payload) => {
    if (!isInternet(payload)) return [];
    const attributes = attributesOf(payload.subarray(RTMSG_SIZE));
    const destination = attributes.get(RTA.DST) ?? new Uint8Array(payload[0] === AF_INET ? 4 : 16);
    if (isOfLink(destination)) return [];
    const table = attributes.get(RTA.TABLE);
    return [
      {
        to: formatBlock(baseOf({ ...ipOfBytes(destination), prefix: payload[1]! })),
        table: table ? uint32(table) : payload[4]!,
        ...optional('device', attributes.get(RTA.OIF), uint32),
        ...optional('via', attributes.get(RTA.GATEWAY), addressText),
      },
    ];
  });

const optional = <Key extends string, T>(
  key: Key,
  bytes: Uint8Array | undefined,
  read: (bytes: Uint8Array) => T,
): { readonly [K in Key]?: T } => (bytes ? ({ [key]: read(bytes) } as { readonly [K in Key]: T }) : {});

const addressText = (bytes: Uint8Array): string => formatIp(ipOfBytes(bytes));

/** By the first byte of the payload; dumps of all families have routes for multicast and others too. */
const isInternet = ([family]: Uint8Array): boolean => family === AF_INET || family === AF_INET6;

/** RFC 4291: fe80::/10, and the addresses of multicast, ff00::/8. */
const isOfLink = ({ length, 0: first, 1: second }: Uint8Array): boolean =>
  length === 16 && (first === 0xff || (first === 0xfe && (second! & 0xc0) === 0x80));
