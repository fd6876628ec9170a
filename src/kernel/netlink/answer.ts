import { ATTRIBUTE_HEADER_SIZE, align, HEADER_SIZE, MESSAGE_TYPES, type MessageType } from './message.ts';

/** One message of the kernel's answer; `sequence` is that of the request. */
export type Answer = { readonly sequence: number } & (
  | { readonly kind: 'ack' }
  /** `errno` is positive. The other fields exist if the socket option NETLINK_EXT_ACK is set. */
  | {
      readonly kind: 'error';
      readonly errno: number;
      readonly message?: string;
      /** Offset of the faulty attribute in the request. */
      readonly offset?: number;
    }
  /** The end of a dump. */
  | { readonly kind: 'done'; readonly interrupted: boolean }
  | {
      readonly kind: 'message';
      readonly type: number;
      /** More messages follow, until `done`. */
      readonly multi: boolean;
      /** NLM_F_DUMP_INTR: the data changed during the dump, which must be repeated. `done` may have the flag too. */
      readonly interrupted: boolean;
      readonly payload: Uint8Array;
    }
);

/**
 * Parses the messages of one datagram.
 * Throws a RangeError if the last message is truncated, because the buffer was too small.
 */
export const parseAnswers = (datagram: Uint8Array): readonly Answer[] => {
  const answers: Answer[] = [];
  // A part of a Buffer is a Buffer, which takes five times as long to make as a part of the bytes below it.
  const bytes = new Uint8Array(datagram.buffer, datagram.byteOffset, datagram.length);
  for (let offset = 0; offset < bytes.length; ) {
    const size = bytes.length - offset < HEADER_SIZE ? 0 : uint32(bytes, offset);
    if (size < HEADER_SIZE || offset + size > bytes.length)
      throw new RangeError(`truncated netlink message at byte ${offset} of ${bytes.length}`);
    const answer = parseAnswer(bytes.subarray(offset, offset + size));
    if (answer) answers.push(answer);
    offset += align(size);
  }
  return answers;
};

/** The payloads of all messages of one type. */
export const payloadsOf = (answers: readonly Answer[], type: MessageType): readonly Uint8Array[] =>
  answers.flatMap((answer) =>
    answer.kind === 'message' && answer.type === MESSAGE_TYPES[type] ? [answer.payload] : [],
  );

/** Attributes by number. Of two attributes with the same number, the last one counts. */
export const attributesOf = (bytes: Uint8Array): ReadonlyMap<number, Uint8Array> =>
  new Map(attributeList(bytes));

/** Attributes in their order, with their numbers. */
export const attributeList = (bytes: Uint8Array): readonly (readonly [type: number, value: Uint8Array])[] => {
  const attributes: [number, Uint8Array][] = [];
  for (let offset = 0; offset + ATTRIBUTE_HEADER_SIZE <= bytes.length; ) {
    const size = uint16(bytes, offset);
    if (size < ATTRIBUTE_HEADER_SIZE || offset + size > bytes.length)
      throw new RangeError(`truncated netlink attribute at byte ${offset} of ${bytes.length}`);
    const type = uint16(bytes, offset + 2) & NLA_TYPE_MASK;
    attributes.push([type, bytes.subarray(offset + ATTRIBUTE_HEADER_SIZE, offset + size)]);
    offset += align(size);
  }
  return attributes;
};

/** Little-endian. Throws a RangeError behind the end; a DataView of each number would take longer than all else. */
export const uint32 = (bytes: Uint8Array, offset = 0): number =>
  (uint16(bytes, offset) | (uint16(bytes, offset + 2) << 16)) >>> 0;

/** A string with or without a final NUL; the empty string if there are no bytes. */
export const stringOf = (bytes: Uint8Array = new Uint8Array()): string =>
  Buffer.from(bytes).toString('utf8').replace(/\0.*$/s, '');

const parseAnswer = (message: Uint8Array): Answer | undefined => {
  const type = uint16(message, 4);
  const flags = uint16(message, 6);
  const sequence = uint32(message, 8);
  const payload = message.subarray(HEADER_SIZE);
  switch (type) {
    case MESSAGE_TYPES.NLMSG_NOOP:
      return undefined;
    case MESSAGE_TYPES.NLMSG_ERROR:
      return verdict({ kind: 'ack', sequence }, payload, startOfDetails(payload, flags));
    case MESSAGE_TYPES.NLMSG_DONE: {
      const interrupted = (flags & NLM_F_DUMP_INTR) !== 0;
      return verdict(
        { kind: 'done', sequence, interrupted },
        payload,
        flags & NLM_F_ACK_TLVS ? 4 : undefined,
      );
    }
    default: {
      const multi = (flags & NLM_F_MULTI) !== 0;
      return {
        kind: 'message',
        sequence,
        type,
        multi,
        interrupted: (flags & NLM_F_DUMP_INTR) !== 0,
        payload,
      };
    }
  }
};

// struct nlmsgerr: a negative errno or 0, then the header of the request.
const verdict = (success: Answer, payload: Uint8Array, details: number | undefined): Answer => {
  const error = payload.length < 4 ? 0 : uint32(payload) | 0;
  if (error >= 0) return success;
  const attributes =
    details === undefined ? new Map<number, Uint8Array>() : attributesOf(payload.subarray(details));
  const message = attributes.get(NLMSGERR_ATTR.MSG);
  const offset = attributes.get(NLMSGERR_ATTR.OFFS);
  return {
    kind: 'error',
    sequence: success.sequence,
    errno: -error,
    ...(message ? { message: stringOf(message) } : {}),
    ...(offset ? { offset: uint32(offset) } : {}),
  };
};

// netlink(7): the payload of the request precedes the attributes, unless the answer is capped.
const startOfDetails = (payload: Uint8Array, flags: number): number | undefined => {
  if ((flags & NLM_F_ACK_TLVS) === 0) return undefined;
  return 4 + (flags & NLM_F_CAPPED ? HEADER_SIZE : align(uint32(payload, 4)));
};

const uint16 = (bytes: Uint8Array, offset: number): number => {
  const high = bytes[offset + 1];
  if (high === undefined) throw new RangeError(`no number at byte ${offset} of ${bytes.length}`);
  return bytes[offset]! | (high << 8);
};

const NLM_F_MULTI = 0x2;
const NLM_F_DUMP_INTR = 0x10;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;
// NLA_F_NESTED and NLA_F_NET_BYTEORDER are the two highest bits of the type.
const NLA_TYPE_MASK = 0x3fff;
const NLMSGERR_ATTR = { MSG: 1, OFFS: 2 } as const;
