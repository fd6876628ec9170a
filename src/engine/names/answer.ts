import {
  ADDITIONS,
  ANSWERS,
  HEADER_BYTES,
  IN,
  OPT_BYTES,
  QUESTIONS,
  type Query,
  RCODE,
  TYPE,
} from './query.ts';

/**
 * The answer to a query for a name of ours: one record with each of these data, of the type of the query. None means
 * that the name exists, and has no record of that type: NXDOMAIN for AAAA would make musl forget the A. With more than
 * fit into `room` bytes, the answer has as many as fit and the mark that some are missing; the asker repeats it over TCP.
 */
export const answer = (query: Query, data: readonly Uint8Array[], room = query.room): Buffer => {
  const { message, end, type, hasEdns } = query;
  const spare = room - end - (hasEdns ? OPT_BYTES : 0);
  const fitting = thatFit(data, spare);
  const bytes = Buffer.alloc(
    end + fitting.reduce((sum, each) => sum + RECORD_BYTES + each.length, hasEdns ? OPT_BYTES : 0),
  );
  message.copy(bytes, 0, 0, end);
  const cut = fitting.length < data.length ? TRUNCATED : 0;
  bytes[2] = RESPONSE | AUTHORITATIVE | cut | (message[2]! & RECURSION_DESIRED);
  bytes[3] = RECURSION_AVAILABLE | RCODE.NOERROR;
  bytes.fill(0, QUESTIONS, HEADER_BYTES);
  bytes.writeUInt16BE(1, QUESTIONS);
  bytes.writeUInt16BE(fitting.length, ANSWERS);
  bytes.writeUInt16BE(hasEdns ? 1 : 0, ADDITIONS);
  let at = end;
  for (const each of fitting) {
    bytes.writeUInt16BE(NAME_OF_QUESTION, at);
    bytes.writeUInt16BE(type, at + 2);
    bytes.writeUInt16BE(IN, at + 4);
    // The time to live stays 0: an address may be another one's a moment later.
    bytes.writeUInt16BE(each.length, at + 10);
    bytes.set(each, at + RECORD_BYTES);
    at += RECORD_BYTES + each.length;
  }
  if (hasEdns) writeOpt(bytes, at);
  return bytes;
};

/**
 * The answer with an error, for any message with a header. It repeats the question if that could be read: glibc
 * ignores answers to other questions, and would wait.
 */
export const failure = (message: Buffer, rcode: number, { end }: Partial<Query> = {}): Buffer => {
  const bytes = Buffer.from(message.subarray(0, end ?? HEADER_BYTES));
  bytes[2] = RESPONSE | (message[2]! & (OPCODE | RECURSION_DESIRED));
  bytes[3] = RECURSION_AVAILABLE | rcode;
  bytes.fill(0, QUESTIONS, HEADER_BYTES);
  bytes.writeUInt16BE(end === undefined ? 0 : 1, QUESTIONS);
  return bytes;
};

/** The data of a PTR record. */
export const encodeName = (name: string): Uint8Array =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from(`\0${label}`, 'latin1').fill(label.length, 0, 1)),
    Buffer.of(0),
  ]);

const thatFit = (data: readonly Uint8Array[], room: number): readonly Uint8Array[] => {
  let left = room;
  const count = data.findIndex((each) => {
    left -= RECORD_BYTES + each.length;
    return left < 0;
  });
  return count < 0 ? data : data.slice(0, count);
};

/** RFC 6891: the root as the name, the size of datagrams that are accepted as the class. */
const writeOpt = (bytes: Buffer, at: number): void => {
  bytes.writeUInt16BE(TYPE.OPT, at + 1);
  bytes.writeUInt16BE(SIZE, at + 3);
};

/** No datagram of this size is cut into pieces on its way. */
const SIZE = 1232;

/** All that is before the data. */
const RECORD_BYTES = 12;

/** RFC 1035 section 4.1.4: a pointer to the offset of the question's name. */
const NAME_OF_QUESTION = 0xc000 | HEADER_BYTES;

const RESPONSE = 0x80;
const OPCODE = 0x78;
const AUTHORITATIVE = 0x04;
const TRUNCATED = 0x02;
const RECURSION_DESIRED = 0x01;
const RECURSION_AVAILABLE = 0x80;
