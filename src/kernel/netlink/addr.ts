import { type Block, bytesOfIp, formatIp, lastOf, parseBlock } from '../../base/ip.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  attribute,
  type Netlink,
  type Part,
  type Ref,
  request,
  u8,
} from './message.ts';

export type Address = {
  /** Index of the interface. Address requests, unlike link requests, do not accept a name. */
  readonly device: number | Ref;
  /** `172.18.0.2` or `fd00::2` */
  readonly address: string;
  readonly prefix: number;
};

/**
 * Adds an address: of IPv4 with the broadcast address of its network, as `ip addr add … brd +` does, of IPv6 without
 * detection of duplicates (RFC 4862), during which nothing can be sent from it.
 */
export const addrAdd = ({ device, address, prefix }: Address): Netlink => {
  const block = parseBlock(`${address}/${prefix}`);
  if (!block) throw new TypeError(`${address}/${prefix} is not an address with a prefix`);
  const broadcast = broadcastOf(block);
  const bytes = bytesOfIp(block);
  return request(
    'RTM_NEWADDR',
    ['NLM_F_ACK', 'NLM_F_CREATE', 'NLM_F_EXCL'],
    [
      `addr add ${address}/${prefix}`,
      ...(broadcast ? [`brd ${formatIp({ ...block, ...broadcast })}`] : []),
      `dev ${device}`,
      ...(block.bits === 128 ? ['nodad'] : []),
    ].join(' '),
    ...header(block.bits === 32 ? AF_INET : AF_INET6, prefix, block.bits === 32 ? 0 : IFA_F_NODAD, device),
    attribute(IFA.LOCAL, bytes),
    attribute(IFA.ADDRESS, bytes),
    ...(broadcast ? [attribute(IFA.BROADCAST, bytesOfIp(broadcast))] : []),
  );
};

/** Lists the addresses of the network namespace, of all families. */
export const addrDump = (): Netlink =>
  request('RTM_GETADDR', ['NLM_F_DUMP'], 'addr show', ...header(AF_UNSPEC));

// RFC 3021: a network of two addresses or one has no broadcast address. IPv6 has none at all.
const broadcastOf = (block: Block) => (block.bits === 128 || block.prefix > 30 ? undefined : lastOf(block));

// struct ifaddrmsg: family, prefix, flags, scope; index.
const header = (family: number, prefix = 0, flags = 0, device: number | Ref = 0): readonly Part[] => [
  u8(family, prefix, flags, RT_SCOPE_UNIVERSE),
  device,
];

const RT_SCOPE_UNIVERSE = 0;

export const IFADDRMSG_SIZE = 8;

/** linux/if_addr.h */
export const IFA = { ADDRESS: 1, LOCAL: 2, BROADCAST: 4 } as const;
const IFA_F_NODAD = 2;
