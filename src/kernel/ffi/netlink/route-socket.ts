import { openSync } from 'node:fs';
import { addressOf, syscall } from '../libc.ts';
import { inOtherNetwork, NETWORK_NAMESPACE } from '../network-namespace.ts';

const NUMBERS =
  process.arch === 'arm64'
    ? { socket: 198, sendto: 206, recvfrom: 207 }
    : { socket: 41, sendto: 44, recvfrom: 45 };

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const MSG_TRUNC = 0x20;
const MSG_PEEK = 2;

/** A rtnetlink(7) socket in the network namespace of the calling thread. */
export const openRouteSocket = (): number => {
  const fd = syscall(NUMBERS.socket, [AF_NETLINK, SOCK_RAW_CLOEXEC, 0]);
  if (fd < 0) throw new Error(`could not open an rtnetlink socket: errno ${-fd}`);
  return fd;
};

export type ForeignSocket = {
  readonly socket: number;
  /** A descriptor of the network namespace. */
  readonly namespace: number;
};

/**
 * A rtnetlink(7) socket in the network namespace of another process; undefined if the process has ended, or is in the
 * network namespace of this one.
 */
export const openRouteSocketOf = (pidfd: number): ForeignSocket | undefined =>
  inOtherNetwork(pidfd, () => ({ socket: openRouteSocket(), namespace: openSync(NETWORK_NAMESPACE, 'r') }));

/** Sends a request. When this returns, the kernel has already put its answer into the socket. */
export const sendMessage = (socket: number, bytes: Uint8Array): void => {
  const copy = Buffer.from(bytes);
  const sent = syscall(NUMBERS.sendto, [socket, addressOf(copy), copy.length, 0, 0, 0]);
  if (sent < 0) throw new Error(`rtnetlink refused a request: errno ${-sent}`);
};

/** One datagram of the answer, of any length. */
export const receiveMessage = (socket: number): Buffer => {
  const size = syscall(NUMBERS.recvfrom, [socket, 0, 0, MSG_PEEK | MSG_TRUNC, 0, 0]);
  const bytes = Buffer.alloc(Math.max(size, 16));
  const received = syscall(NUMBERS.recvfrom, [socket, addressOf(bytes), bytes.length, 0, 0, 0]);
  if (received < 0) throw new Error(`could not receive an rtnetlink answer: errno ${-received}`);
  return bytes.subarray(0, received);
};
