import { broadcastOf, formatAddress, parseAddress } from '../../base/ipv4.ts';
import { attribute, ipv4, type Netlink, type Part, type Ref, request, u8 } from './message.ts';

export type Address = {
  /** Index of the interface. Address requests, unlike link requests, do not accept a name. */
  readonly device: number | Ref;
  /** `172.18.0.2` */
  readonly address: string;
  readonly prefix: number;
};

/** Adds an address with the broadcast address of its network, as `ip addr add … brd +` does. */
export const addrAdd = ({ device, address, prefix }: Address): Netlink => {
  const broadcast = broadcastAddress(address, prefix);
  return request(
    'RTM_NEWADDR',
    ['NLM_F_ACK', 'NLM_F_CREATE', 'NLM_F_EXCL'],
    [`addr add ${address}/${prefix}`, ...(broadcast ? [`brd ${broadcast}`] : []), `dev ${device}`].join(' '),
    ...header(prefix, device),
    attribute(IFA.LOCAL, ipv4(address)),
    attribute(IFA.ADDRESS, ipv4(address)),
    ...(broadcast ? [attribute(IFA.BROADCAST, ipv4(broadcast))] : []),
  );
};

/** Lists the IPv4 addresses of the network namespace. */
export const addrDump = (): Netlink => request('RTM_GETADDR', ['NLM_F_DUMP'], 'addr show', ...header());

// RFC 3021: a network of two addresses or one has no broadcast address.
const broadcastAddress = (address: string, prefix: number): string | undefined =>
  prefix > 30 ? undefined : formatAddress(broadcastOf({ address: parseAddress(address) ?? 0, prefix }));

// struct ifaddrmsg: family, prefix, flags, scope; index.
const header = (prefix = 0, device: number | Ref = 0): readonly Part[] => [
  u8(AF_INET, prefix, 0, RT_SCOPE_UNIVERSE),
  device,
];

const AF_INET = 2;
const RT_SCOPE_UNIVERSE = 0;

export const IFADDRMSG_SIZE = 8;

/** linux/if_addr.h */
export const IFA = { ADDRESS: 1, LOCAL: 2, BROADCAST: 4 } as const;
