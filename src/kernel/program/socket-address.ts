import { isIPv6 } from 'node:net';
import { addressBytes } from '../../base/address-bytes.ts';

/** The address that a socket is bound or connected to. */
export type SocketAddress = {
  /** IPv4 or IPv6. */
  readonly address: string;
  readonly port: number;
  /** The index of the interface, for a link-local address. */
  readonly scope?: number;
};

/** As in strace(1), but shorter: `127.0.0.11:53`, `[::1]:53`. */
export const socketAddressText = ({ address, port }: SocketAddress): string =>
  isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;

/** struct sockaddr_in of ip(7), or struct sockaddr_in6 of ipv6(7). */
export const socketAddress = ({ address, port, scope = 0 }: SocketAddress): Buffer => {
  const bytes = addressBytes(address);
  const isLong = bytes.length > 4;
  const result = Buffer.alloc(isLong ? 28 : 16);
  result.writeUInt16LE(isLong ? AF_INET6 : AF_INET);
  result.writeUInt16BE(port, 2);
  result.set(bytes, isLong ? 8 : 4);
  if (isLong) result.writeUInt32LE(scope, 24);
  return result;
};

export const AF_INET = 2;
export const AF_INET6 = 10;
