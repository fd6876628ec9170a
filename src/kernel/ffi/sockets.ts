import { closeSync } from 'node:fs';
import { AF_INET, AF_INET6, type SocketAddress, socketAddress } from '../program/socket-address.ts';
import { addressOf, syscall } from './libc.ts';

/** Sockets of IPv4 and IPv6 that Node cannot open: in another network namespace, or with an error that is seen at once. */

const NUMBERS =
  process.arch === 'arm64'
    ? {
        socket: 198,
        socketpair: 199,
        bind: 200,
        listen: 201,
        connect: 203,
        sendto: 206,
        recvfrom: 207,
        sendmsg: 211,
        recvmsg: 212,
        accept4: 242,
      }
    : {
        socket: 41,
        socketpair: 53,
        bind: 49,
        listen: 50,
        connect: 42,
        sendto: 44,
        recvfrom: 45,
        sendmsg: 46,
        recvmsg: 47,
        accept4: 288,
      };

const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const NONBLOCK_CLOEXEC = 0o2004000;
const CLOEXEC = 0o2000000;
const AF_UNIX = 1;
const EINPROGRESS = 115;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;

export type Transport = 'tcp' | 'udp';

const open = (transport: Transport, { address }: SocketAddress): number =>
  syscall(NUMBERS.socket, [
    address.includes(':') ? AF_INET6 : AF_INET,
    (transport === 'udp' ? SOCK_DGRAM : SOCK_STREAM) | NONBLOCK_CLOEXEC,
    0,
  ]);

/** Opens a socket, and closes it again if a step fails. Returns the descriptor, or -errno. */
const opened = (
  transport: Transport,
  where: SocketAddress,
  ...steps: readonly ((fd: number, address: Buffer) => number)[]
): number => {
  const fd = open(transport, where);
  if (fd < 0) return fd;
  const address = socketAddress(where);
  for (const step of steps) {
    const result = step(fd, address);
    if (result >= 0 || result === -EINPROGRESS) continue;
    closeSync(fd);
    return result;
  }
  return fd;
};

const bind = (fd: number, address: Buffer): number =>
  syscall(NUMBERS.bind, [fd, addressOf(address), address.length]);

/** A socket that receives datagrams, or one that accepts connections: its descriptor, or -errno. */
export const openBound = (transport: Transport, where: SocketAddress): number =>
  transport === 'udp'
    ? opened('udp', where, bind)
    : opened('tcp', where, bind, (fd) => syscall(NUMBERS.listen, [fd, BACKLOG]));

const BACKLOG = 128;

/**
 * A socket that is connected, or that begins to: its descriptor, or -errno. A refusal comes with the next read. The
 * kernel gives each socket a random port, and a connected one gets nothing from other addresses.
 */
export const openConnected = (transport: Transport, to: SocketAddress): number =>
  opened(transport, to, (fd, address) => syscall(NUMBERS.connect, [fd, addressOf(address), address.length]));

/** The descriptor of the next connection, or -errno. */
export const accept = (fd: number): number => syscall(NUMBERS.accept4, [fd, 0, 0, NONBLOCK_CLOEXEC]);

export type Datagram = {
  /** Valid until the next one is received. */
  readonly bytes: Buffer;
  /** The address of the sender, to answer to. */
  readonly sender: Buffer;
};

const received = Buffer.allocUnsafeSlow(65536);
const receivedAddress = addressOf(received);
const senderLength = Buffer.alloc(4);
const senderLengthAddress = addressOf(senderLength);

/** The next datagram of any length; -errno if there is none. */
export const receiveFrom = (fd: number): Datagram | number => {
  const sender = Buffer.allocUnsafeSlow(28);
  senderLength.writeUInt32LE(sender.length);
  const length = syscall(NUMBERS.recvfrom, [
    fd,
    receivedAddress,
    received.length,
    MSG_DONTWAIT | MSG_TRUNC,
    addressOf(sender),
    senderLengthAddress,
  ]);
  if (length < 0) return length;
  return {
    bytes: received.subarray(0, Math.min(length, received.length)),
    sender: sender.subarray(0, senderLength.readUInt32LE()),
  };
};

/** Sends a datagram without waiting: 0 or more, or -errno. Without `to` it goes to the address of the connection. */
export const sendTo = (fd: number, bytes: Buffer, to?: Buffer): number =>
  syscall(NUMBERS.sendto, [
    fd,
    addressOf(bytes),
    bytes.length,
    MSG_DONTWAIT | MSG_NOSIGNAL,
    to ? addressOf(to) : 0,
    to?.length ?? 0,
  ]);

/** socketpair(2): two ends, through which a process can hand over descriptors. */
export const socketPair = (): readonly [one: number, other: number] => {
  const pair = Buffer.allocUnsafeSlow(8);
  const result = syscall(NUMBERS.socketpair, [AF_UNIX, SOCK_DGRAM | CLOEXEC, 0, addressOf(pair)]);
  if (result < 0) throw new Error(`socketpair failed with errno ${-result}`);
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
};

/**
 * Sends a message with at most `MOST_DESCRIPTORS` descriptors, without waiting: 0 or more, or -errno. `receiveFrom`
 * closes the descriptors of a message.
 */
export const sendDescriptors = (fd: number, bytes: Buffer, descriptors: readonly number[]): number => {
  const control = Buffer.alloc(HEADER_BYTES + 8 * Math.ceil(descriptors.length / 2));
  control.writeBigUInt64LE(BigInt(HEADER_BYTES + 4 * descriptors.length));
  control.writeInt32LE(SOL_SOCKET, 8);
  control.writeInt32LE(SCM_RIGHTS, 12);
  for (const [index, descriptor] of descriptors.entries())
    control.writeInt32LE(descriptor, HEADER_BYTES + 4 * index);
  const part = Buffer.alloc(16);
  part.writeBigUInt64LE(BigInt(addressOf(bytes)));
  part.writeBigUInt64LE(BigInt(bytes.length), 8);
  const header = Buffer.alloc(56);
  header.writeBigUInt64LE(BigInt(addressOf(part)), 16);
  header.writeBigUInt64LE(1n, 24);
  if (descriptors.length > 0) {
    header.writeBigUInt64LE(BigInt(addressOf(control)), 32);
    header.writeBigUInt64LE(BigInt(control.length), 40);
  }
  return syscall(NUMBERS.sendmsg, [fd, addressOf(header), MSG_DONTWAIT | MSG_NOSIGNAL]);
};

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;

/** SCM_MAX_FD of the kernel, rounded to pairs. */
export const MOST_DESCRIPTORS = 252;

/** cmsg(3) */
const HEADER_BYTES = 16;

/** The descriptors that were handed over in one message; none if there is no message. */
export const receiveDescriptors = (fd: number): readonly number[] => {
  const control = Buffer.alloc(CONTROL_BYTES);
  const header = Buffer.alloc(56);
  header.writeBigUInt64LE(BigInt(addressOf(control)), 32);
  header.writeBigUInt64LE(BigInt(control.length), 40);
  const result = syscall(NUMBERS.recvmsg, [fd, addressOf(header), MSG_DONTWAIT | MSG_CMSG_CLOEXEC]);
  const length = Number(control.readBigUInt64LE());
  if (result < 0 || length < 16) return [];
  return Array.from({ length: (length - 16) / 4 }, (_, index) => control.readInt32LE(16 + 4 * index));
};

/** cmsg(3): a header of 16 bytes, and four descriptors. */
const CONTROL_BYTES = 32;
