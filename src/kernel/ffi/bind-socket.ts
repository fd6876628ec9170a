import { closeSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { addressBytes } from '../../base/address-bytes.ts';
import { addressOf, syscall } from './libc.ts';

const NUMBERS =
  process.arch === 'arm64'
    ? { socket: 198, bind: 200, getsockname: 204, setsockopt: 208 }
    : { socket: 41, bind: 49, getsockname: 51, setsockopt: 54 };

const [AF_INET, AF_INET6] = [2, 10];
const SOCK_CLOEXEC = 0o2000000;
const [SOL_SOCKET, SO_REUSEADDR] = [1, 2];
const [IPPROTO_IPV6, IPV6_V6ONLY] = [41, 26];

/** Types and numbers of socket(2). */
const PROTOCOLS = { tcp: [1, 6], udp: [2, 17], sctp: [1, 132] } as const;

/** The port that was bound, or the errno of the refusal. */
export type Bound = { readonly port: number } | { readonly errno: number };

/**
 * Binds a socket of the host and closes it again: whether a listener could. Port 0 lets the kernel choose one. A socket
 * of IPv6 takes no IPv4. As of most servers, old connections of the port do not matter.
 */
export const tryToBind = (protocol: keyof typeof PROTOCOLS, address: string, port: number): Bound => {
  const [type, number] = PROTOCOLS[protocol];
  const family = isIPv6(address) ? AF_INET6 : AF_INET;
  const fd = syscall(NUMBERS.socket, [family as number, type | SOCK_CLOEXEC, number]);
  if (fd < 0) return { errno: -fd };
  try {
    if (family === AF_INET6) turnOn(fd, IPPROTO_IPV6 as number, IPV6_V6ONLY as number);
    // A port that the kernel chooses is to be one that nothing uses at all.
    if (protocol === 'tcp' && port !== 0) turnOn(fd, SOL_SOCKET as number, SO_REUSEADDR as number);
    const place = socketAddress(address, port);
    const result = syscall(NUMBERS.bind, [fd, addressOf(place), place.length]);
    return result < 0 ? { errno: -result } : { port: port === 0 ? portOf(fd) : port };
  } finally {
    closeSync(fd);
  }
};

const turnOn = (fd: number, level: number, option: number): void => {
  const on = Buffer.from([1, 0, 0, 0]);
  syscall(NUMBERS.setsockopt, [fd, level, option, addressOf(on), on.length]);
};

/** sockaddr_in of ip(7), and sockaddr_in6 of ipv6(7). */
const socketAddress = (address: string, port: number): Buffer => {
  const isV6 = isIPv6(address);
  const bytes = Buffer.alloc(isV6 ? 28 : 16);
  bytes.writeUInt16LE(isV6 ? (AF_INET6 as number) : (AF_INET as number), 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(addressBytes(address), isV6 ? 8 : 4);
  return bytes;
};

const portOf = (fd: number): number => {
  const place = Buffer.alloc(28);
  const length = Buffer.from([place.length, 0, 0, 0]);
  syscall(NUMBERS.getsockname, [fd, addressOf(place), addressOf(length)]);
  return place.readUInt16BE(2);
};
