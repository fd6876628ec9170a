import { bytesOfIp, parseBlock, parseIp } from '../../base/ip.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  attribute,
  type MessageFlag,
  type Netlink,
  type Part,
  type Ref,
  request,
  u8,
} from './message.ts';

export type Route = {
  /** `default`, or a network such as `10.0.0.0/8`. */
  readonly to: string;
  /** Address of the gateway, which must already be reachable through another route; without one, `to` is on the link. */
  readonly via?: string;
  /** Index of the interface. By default the kernel derives it from the gateway. */
  readonly device?: number | Ref;
};

export const routeAdd = (route: Route): Netlink => withRoute('add', 'NLM_F_EXCL', route);

/** The same, in the place of another route to there. */
export const routeReplace = (route: Route): Netlink => withRoute('replace', 'NLM_F_REPLACE', route);

const withRoute = (verb: string, flag: MessageFlag, { to, via, device }: Route): Netlink => {
  const network = to === 'default' ? undefined : parseBlock(to);
  const gateway = via === undefined ? undefined : parseIp(via);
  if ((to !== 'default' && !network) || (via !== undefined && !gateway))
    throw new TypeError(`${to} via ${via} is not a route`);
  const { bits } = (network ?? gateway)!;
  return request(
    'RTM_NEWROUTE',
    ['NLM_F_ACK', 'NLM_F_CREATE', flag],
    [
      `route ${verb} ${to}`,
      ...(via === undefined ? [] : [`via ${via}`]),
      ...(device === undefined ? [] : [`dev ${device}`]),
    ].join(' '),
    ...header(bits === 32 ? AF_INET : AF_INET6, {
      prefix: network?.prefix ?? 0,
      table: RT_TABLE_MAIN,
      protocol: RTPROT_BOOT,
      // rtnetlink(7): the scope of IPv6 routes is always the universe.
      scope: gateway || bits === 128 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
      type: RTN_UNICAST,
    }),
    ...(network ? [attribute(RTA.DST, bytesOfIp(network))] : []),
    ...(gateway ? [attribute(RTA.GATEWAY, bytesOfIp(gateway))] : []),
    ...(device === undefined ? [] : [attribute(RTA.OIF, device)]),
  );
};

/** Lists the routes of all families and tables, including `local`. */
export const routeDump = (): Netlink =>
  request('RTM_GETROUTE', ['NLM_F_DUMP'], 'route show table all', ...header(AF_UNSPEC));

// struct rtmsg: family, length of destination and source prefix, tos, table, protocol, scope, type; flags.
const header = (
  family: number,
  { prefix = 0, table = 0, protocol = 0, scope = RT_SCOPE_UNIVERSE, type = 0 } = {},
): readonly Part[] => [u8(family, prefix, 0, 0, table, protocol, scope, type), 0];

const RT_TABLE_MAIN = 254;
const RTPROT_BOOT = 3;
const RT_SCOPE_UNIVERSE = 0;
const RT_SCOPE_LINK = 253;
const RTN_UNICAST = 1;

export const RTMSG_SIZE = 12;

/** linux/rtnetlink.h */
export const RTA = { DST: 1, OIF: 4, GATEWAY: 5, TABLE: 15 } as const;
