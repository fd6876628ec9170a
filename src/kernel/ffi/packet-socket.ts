import { Buffer } from 'node:buffer';
import { closeSync } from 'node:fs';
import { addressOf, syscall } from './libc.ts';

/** unix(7) sockets of type SOCK_SEQPACKET: a connection with messages, which Node does not have. */

const NUMBERS =
  process.arch === 'arm64'
    ? { socket: 198, bind: 200, listen: 201, connect: 203, sendto: 206, recvfrom: 207 }
    : { socket: 41, bind: 49, listen: 50, connect: 42, sendto: 44, recvfrom: 45 };

const AF_UNIX = 1;
const SOCK_SEQPACKET_CLOEXEC_NONBLOCK = 5 | 0o2000000 | 0o4000;
const MSG_NOSIGNAL = 0x4000;

/** A socket that listens at a path; its directory decides who can connect. Throws an Error with its errno. */
export const listenAt = (path: string): number =>
  opened((socket) => {
    const { address, length } = addressAt(path);
    const errno = -syscall(NUMBERS.bind, [socket, addressOf(address), length]);
    return errno || -syscall(NUMBERS.listen, [socket, 8]);
  });

/** A connection to the socket at a path; undefined if nothing listens there. */
export const connectTo = (path: string): number | undefined => {
  try {
    return opened((socket) => {
      const { address, length } = addressAt(path);
      return -syscall(NUMBERS.connect, [socket, addressOf(address), length]);
    });
  } catch {
    return undefined;
  }
};

/** Sends one message: 0 or an errno. */
export const sendPacket = (socket: number, message: Buffer): number =>
  Math.max(0, -syscall(NUMBERS.sendto, [socket, addressOf(message), message.length, MSG_NOSIGNAL, 0, 0]));

/** Receives one message; undefined at the end of the connection, and `waiting` while there is none. */
export const receivePacket = (socket: number, room: Buffer): Buffer | 'waiting' | undefined => {
  const size = syscall(NUMBERS.recvfrom, [socket, addressOf(room), room.length, 0, 0, 0]);
  if (size === -EAGAIN || size === -EINTR) return 'waiting';
  return size > 0 ? Buffer.from(room.subarray(0, size)) : undefined;
};

const EAGAIN = 11;
const EINTR = 4;

const opened = (prepare: (socket: number) => number): number => {
  const socket = syscall(NUMBERS.socket, [AF_UNIX, SOCK_SEQPACKET_CLOEXEC_NONBLOCK, 0]);
  if (socket < 0) throw new Error(`could not open a unix socket: errno ${-socket}`);
  const errno = prepare(socket);
  if (errno === 0) return socket;
  closeSync(socket);
  throw Object.assign(new Error(`could not use a unix socket: errno ${errno}`), { errno });
};

const addressAt = (path: string): { readonly address: Buffer; readonly length: number } => {
  const address = Buffer.alloc(110);
  address.writeUInt16LE(AF_UNIX, 0);
  const length = 2 + address.write(path, 2) + 1;
  return { address, length };
};
