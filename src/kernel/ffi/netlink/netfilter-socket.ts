import { NETLINK_NETFILTER } from '../../netlink/nfnetlink.ts';
import { addressOf, syscall } from '../libc.ts';

const NUMBERS =
  process.arch === 'arm64'
    ? { socket: 198, sendto: 206, recvfrom: 207, setsockopt: 208 }
    : { socket: 41, sendto: 44, recvfrom: 45, setsockopt: 54 };

/**
 * A socket to nf_tables and connection tracking in the network namespace of the calling thread; a negative errno if the
 * kernel has neither. It owns the tables that are made through it with the flag `owner`.
 */
export const openNetfilterSocket = (): number => {
  const fd = syscall(NUMBERS.socket, [AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER]);
  if (fd < 0) return fd;
  // netlink(7): a request must fit into the buffer for sending; a transaction may be as large as this.
  const size = Buffer.alloc(4);
  size.writeInt32LE(BUFFER_BYTES);
  for (const option of [SO_SNDBUFFORCE, SO_RCVBUFFORCE])
    syscall(NUMBERS.setsockopt, [fd, SOL_SOCKET, option, addressOf(size), size.length]);
  return fd;
};

/** Sends one datagram: 0, or the errno. When this returns, the kernel has already put its answers into the socket. */
export const sendDatagram = (socket: number, bytes: Uint8Array): number => {
  const copy = Buffer.from(bytes);
  return Math.max(0, -syscall(NUMBERS.sendto, [socket, addressOf(copy), copy.length, 0, 0, 0]));
};

/** One datagram of the answers, of any length; undefined if no other is there. */
export const receiveDatagram = (socket: number): Buffer | undefined => {
  const size = syscall(NUMBERS.recvfrom, [socket, 0, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT, 0, 0]);
  // ENOBUFS: answers were lost; the next ones are read.
  if (size === -ENOBUFS) return receiveDatagram(socket);
  if (size < 0) return undefined;
  const bytes = Buffer.alloc(Math.max(size, 16));
  const received = syscall(NUMBERS.recvfrom, [socket, addressOf(bytes), bytes.length, MSG_DONTWAIT, 0, 0]);
  return received < 0 ? undefined : bytes.subarray(0, received);
};

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const SOL_SOCKET = 1;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const MSG_PEEK = 2;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const ENOBUFS = 105;
const BUFFER_BYTES = 16 << 20;
