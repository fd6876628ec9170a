/** A query for one name, RFC 1035 section 4. */
export type Query = {
  /** As it was received. */
  readonly message: Buffer;
  /** In lower case and without the dot at the end; empty for the root. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** The offset of the first byte after the question. */
  readonly end: number;
  /** The largest answer that the asker takes in a datagram, in bytes: RFC 6891, or 512. */
  readonly room: number;
  /** The asker knows EDNS, and expects its record in the answer. */
  readonly hasEdns: boolean;
};

/** RFC 1035 section 4.1.1, RFC 6895. */
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4 } as const;

export type Rcode = (typeof RCODE)[keyof typeof RCODE];

/** RFC 1035 section 3.2.2, RFC 3596, RFC 6891, RFC 5936. */
export const TYPE = { A: 1, PTR: 12, AAAA: 28, OPT: 41, IXFR: 251, AXFR: 252 } as const;

/** The class of the Internet. */
export const IN = 1;

export const HEADER_BYTES = 12;

/**
 * Reads a message that may have any content. Undefined if it gets no answer: a response, or too short for one. The code
 * of the error if it is no query that can be answered or passed on.
 */
export const readQuery = (message: Buffer): Query | Rcode | undefined => {
  if (message.length < HEADER_BYTES || isResponse(message)) return undefined;
  if (opcodeOf(message) !== 0) return RCODE.NOTIMP;
  if (message.readUInt16BE(QUESTIONS) !== 1) return RCODE.FORMERR;
  const read = readName(message, HEADER_BYTES);
  if (read === undefined || read.end + 4 > message.length) return RCODE.FORMERR;
  const end = read.end + 4;
  const type = message.readUInt16BE(read.end);
  // An answer of many messages, which only servers ask for.
  if (type === TYPE.AXFR || type === TYPE.IXFR) return RCODE.NOTIMP;
  const edns = ednsOf(message, end);
  return {
    message,
    name: read.name,
    type,
    class: message.readUInt16BE(read.end + 2),
    end,
    room: Math.max(edns ?? 0, LEAST_ROOM),
    hasEdns: edns !== undefined,
  };
};

export const isResponse = (message: Buffer): boolean => (message[2]! & 0x80) !== 0;

const opcodeOf = (message: Buffer): number => (message[2]! >> 3) & 15;

/** The offsets of the four numbers of records. */
export const QUESTIONS = 4;
export const ANSWERS = 6;
const AUTHORITIES = 8;
export const ADDITIONS = 10;

const LEAST_ROOM = 512;

/**
 * Reads a name without compression, which no question has. A dot within a label is escaped: such a name is not that of
 * another with more labels.
 */
const readName = (
  message: Buffer,
  start: number,
): { readonly name: string; readonly end: number } | undefined => {
  const labels: string[] = [];
  for (let at = start; ; ) {
    const length = message[at];
    if (length === undefined || length > MOST_OF_LABEL) return undefined;
    const end = at + 1 + length;
    if (end > message.length || end - start > MOST_OF_NAME) return undefined;
    if (length === 0) return { name: labels.join('.'), end };
    labels.push(
      message
        .toString('latin1', at + 1, end)
        .replaceAll('.', '\\.')
        .toLowerCase(),
    );
    at = end;
  }
};

const MOST_OF_LABEL = 63;
/** With the lengths of its labels. */
const MOST_OF_NAME = 255;

/** The size in the OPT record, where it is the only record after the question, as in all queries of resolvers. */
const ednsOf = (message: Buffer, end: number): number | undefined => {
  if (message.readUInt16BE(ANSWERS) !== 0 || message.readUInt16BE(AUTHORITIES) !== 0) return undefined;
  if (message.readUInt16BE(ADDITIONS) === 0 || message.length < end + OPT_BYTES) return undefined;
  return message[end] === 0 && message.readUInt16BE(end + 1) === TYPE.OPT
    ? message.readUInt16BE(end + 3)
    : undefined;
};

/** Without options. */
export const OPT_BYTES = 11;
