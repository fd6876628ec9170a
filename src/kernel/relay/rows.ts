import { isIPv6 } from 'node:net';
import { addressBytes } from '../../base/address-bytes.ts';
import { CALL } from './control.ts';
import { MESSAGE_BYTES, ROW_BYTES, row } from './layout.ts';

/** Messages between a supervisor and the relay: rows of 96 bytes, which come back with their results. */

export type SocketAddress = { readonly address: string; readonly port: number };

export type BoundSocket = SocketAddress & { readonly protocol: 'tcp' | 'udp' };

export type Row =
  /** Milliseconds: a UDP client is forgotten after three to four periods without a datagram. */
  | { readonly call: 'greet'; readonly period: number }
  | { readonly call: 'reserve'; readonly socket: BoundSocket }
  | {
      readonly call: 'open';
      readonly descriptor: number;
      readonly target: SocketAddress;
      readonly pid: number;
    }
  | { readonly call: 'close' | 'release' | 'next'; readonly descriptor: number }
  | { readonly call: 'end' };

/** `result`: -errno, or the result of the call (`CALL`). */
export type Answer = { readonly result: number; readonly pid: number; readonly bytes: Buffer };

export const MOST_ROWS = Math.floor(MESSAGE_BYTES / ROW_BYTES);

const AF_INET = 2;
const AF_INET6 = 10;
const TYPES = { tcp: 1, udp: 2 } as const;

/** The offset of a part of a row. */
const at = (part: (record: string) => { readonly at: number }): number => part('').at;

const CALL_AT = at(row.call);
const RESULT = at(row.result);
const DESCRIPTOR = at(row.descriptor);
const TYPE = at(row.type);
const DOMAIN = at(row.domain);
const PID = at(row.pid);
const LENGTH = at(row.length);
const TARGET_LENGTH = at(row.targetLength);
const ADDRESS = row.address.at;
const TARGET = at(row.target.words[0]!);
const SECONDS = at(row.seconds);
const NANOSECONDS = at(row.nanoseconds);

/** Rows as a message. */
export const encodeRows = (rows: readonly Row[]): Buffer => {
  const message = Buffer.alloc(rows.length * ROW_BYTES);
  for (const [index, one] of rows.entries()) encode(message, index * ROW_BYTES, one);
  return message;
};

const encode = (bytes: Buffer, begin: number, one: Row): void => {
  bytes.writeInt32LE(CALL[one.call], begin + CALL_AT);
  if ('descriptor' in one) bytes.writeInt32LE(one.descriptor, begin + DESCRIPTOR);
  if (one.call === 'greet') {
    bytes.writeInt32LE(Math.floor(one.period / 1000), begin + SECONDS);
    bytes.writeInt32LE((one.period % 1000) * 1_000_000, begin + NANOSECONDS);
  }
  if (one.call === 'reserve') {
    bytes.writeInt32LE(TYPES[one.socket.protocol], begin + TYPE);
    bytes.writeInt32LE(isIPv6(one.socket.address) ? AF_INET6 : AF_INET, begin + DOMAIN);
    bytes.writeInt32LE(encodeAddress(bytes, begin + ADDRESS, one.socket), begin + LENGTH);
  }
  if (one.call === 'open') {
    bytes.writeInt32LE(one.pid, begin + PID);
    bytes.writeInt32LE(encodeAddress(bytes, begin + TARGET, one.target), begin + TARGET_LENGTH);
  }
};

/** The answers in a message, in the order of the rows. */
export const decodeRows = (message: Buffer): readonly Answer[] =>
  Array.from({ length: message.length / ROW_BYTES }, (_, index) => {
    const bytes = message.subarray(index * ROW_BYTES, (index + 1) * ROW_BYTES);
    return { result: bytes.readInt32LE(RESULT), pid: bytes.readInt32LE(PID), bytes };
  });

/** The socket of an entry that the answer describes. */
export const socketOf = ({ bytes }: Answer): BoundSocket | undefined => {
  const address = decodeAddress(bytes, ADDRESS);
  return address && { protocol: bytes.readInt32LE(TYPE) === TYPES.tcp ? 'tcp' : 'udp', ...address };
};

export const targetOf = ({ bytes }: Answer): SocketAddress | undefined => decodeAddress(bytes, TARGET);

/** struct sockaddr_in or sockaddr_in6; returns its length. */
const encodeAddress = (bytes: Buffer, begin: number, { address, port }: SocketAddress): number => {
  const ip = addressBytes(address);
  const isSix = ip.length === 16;
  bytes.writeUInt16LE(isSix ? AF_INET6 : AF_INET, begin);
  bytes.writeUInt16BE(port, begin + 2);
  bytes.set(ip, begin + (isSix ? 8 : 4));
  return isSix ? 28 : 16;
};

const decodeAddress = (bytes: Buffer, begin: number): SocketAddress | undefined => {
  const family = bytes.readUInt16LE(begin);
  const port = bytes.readUInt16BE(begin + 2);
  if (family === AF_INET) return { address: bytes.subarray(begin + 4, begin + 8).join('.'), port };
  if (family !== AF_INET6) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) =>
    bytes.readUInt16BE(begin + 8 + 2 * index).toString(16),
  );
  return { address: groups.join(':'), port };
};
