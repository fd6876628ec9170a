import { parseSubnet } from '../../base/ipv4.ts';
import { attribute, ipv4, type Netlink, type Part, type Ref, request, u8 } from './message.ts';

export type Route = {
  /** `default`, or a network such as `10.0.0.0/8`. */
  readonly to: string;
  /** Address of the gateway, which must already be reachable through another route. */
  readonly via: string;
  /** Index of the interface. By default the kernel derives it from the gateway. */
  readonly device?: number | Ref;
};

export const routeAdd = ({ to, via, device }: Route): Netlink => {
  const prefix = to === 'default' ? 0 : prefixOf(to);
  return request(
    'RTM_NEWROUTE',
    ['NLM_F_ACK', 'NLM_F_CREATE', 'NLM_F_EXCL'],
    [`route add ${to} via ${via}`, ...(device === undefined ? [] : [`dev ${device}`])].join(' '),
    ...header(prefix, RT_TABLE_MAIN, RTPROT_BOOT, RTN_UNICAST),
    ...(prefix === 0 ? [] : [attribute(RTA.DST, ipv4(to.split('/')[0]!))]),
    attribute(RTA.GATEWAY, ipv4(via)),
    ...(device === undefined ? [] : [attribute(RTA.OIF, device)]),
  );
};

/** Lists the IPv4 routes of all tables, including `local`. */
export const routeDump = (): Netlink =>
  request('RTM_GETROUTE', ['NLM_F_DUMP'], 'route show table all', ...header());

const prefixOf = (network: string): number => {
  const subnet = parseSubnet(network);
  if (!subnet) throw new TypeError(`${network} is not an IPv4 network`);
  return subnet.prefix;
};

// struct rtmsg: family, length of destination and source prefix, tos, table, protocol, scope, type; flags.
const header = (prefix = 0, table = 0, protocol = 0, type = 0): readonly Part[] => [
  u8(AF_INET, prefix, 0, 0, table, protocol, RT_SCOPE_UNIVERSE, type),
  0,
];

const AF_INET = 2;
const RT_TABLE_MAIN = 254;
const RTPROT_BOOT = 3;
const RT_SCOPE_UNIVERSE = 0;
const RTN_UNICAST = 1;

export const RTMSG_SIZE = 12;

/** linux/rtnetlink.h */
export const RTA = { DST: 1, OIF: 4, GATEWAY: 5, TABLE: 15 } as const;
