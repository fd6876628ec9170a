import { type MessageFlag, type Netlink, numbered, type Part, u8 } from './message.ts';

/** The protocol number of a netlink(7) socket for packet filters and connection tracking. */
export const NETLINK_NETFILTER = 12;

/** The address families of packet filters; `inet` is IPv4 and IPv6. */
export type Family = keyof typeof FAMILIES;

/** linux/netfilter.h */
export const FAMILIES = { inet: 1, ip: 2, bridge: 7, ip6: 10 } as const;

/** Builds a message of nfnetlink: after the netlink header comes struct nfgenmsg, and then the attributes. */
export const netfilterMessage = (
  type: number,
  flags: readonly MessageFlag[],
  text: string,
  { family, resource = 0 }: { readonly family: number; readonly resource?: number },
  ...parts: readonly Part[]
): Netlink =>
  numbered(type, flags, text, u8(family, NFNETLINK_V0, resource >>> 8, resource & 0xff), ...parts);

/** The size of struct nfgenmsg. */
export const NFGENMSG_SIZE = 4;

const NFNETLINK_V0 = 0;
