/**
 * One netlink(7) request: its meaning in the notation of the tool that makes it, and its bytes. Made by `link.ts`,
 * `addr.ts`, `route.ts` and the files of `nft/`; the holes are filled when it is sent.
 */
export type Netlink = {
  /** The equivalent arguments of ip(8), `link set dev eth0 up`, or command of nft(8), `add table inet filter`. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Fields whose value is known only at run time. */
  readonly holes?: readonly Hole[];
};

/** 32 bits of the message, little endian, for the value of `$name`. */
export type Hole = { readonly offset: number; readonly ref: Ref; readonly size: 4 };

export type Ref = `$${string}`;

/** An interface: its index, a reference to its index, or its name. */
export type Device = number | string;

export type MessageType = keyof typeof MESSAGE_TYPES;
export type MessageFlag = keyof typeof MESSAGE_FLAGS;

/**
 * A part of a message; a number or a reference is 32 bits. Netlink uses the host's byte order, which is little endian
 * on both supported architectures.
 */
export type Part = Uint8Array | number | Ref | Attribute;

export type Attribute = {
  readonly type: number;
  /** Including the header of the attribute, without the padding after it. */
  readonly length: number;
  readonly parts: readonly Part[];
};

/** Builds a request of rtnetlink(7): the netlink header, then the fixed part of its type and the attributes. */
export const request = (
  type: MessageType,
  flags: readonly MessageFlag[],
  text: string,
  ...parts: readonly Part[]
): Netlink => numbered(MESSAGE_TYPES[type], flags, text, ...parts);

/** `request` for the types of other families of netlink(7). */
export const numbered = (
  type: number,
  flags: readonly MessageFlag[],
  text: string,
  ...parts: readonly Part[]
): Netlink => {
  const bytes = new Uint8Array(HEADER_SIZE + sizeOf(parts));
  const holes: Hole[] = [];
  put32(bytes, 0, bytes.length);
  put16(bytes, 4, type);
  put16(
    bytes,
    6,
    flags.reduce<number>((bits, flag) => bits | MESSAGE_FLAGS[flag], MESSAGE_FLAGS.NLM_F_REQUEST),
  );
  write(bytes, HEADER_SIZE, parts, holes);
  return { text, bytes, ...(holes.length > 0 ? { holes } : {}) };
};

/** The same request with a sequence number, which the kernel repeats in its answers. */
export const withSequence = (message: Netlink, sequence: number): Netlink => {
  const bytes = Uint8Array.from(message.bytes);
  new DataView(bytes.buffer).setUint32(8, sequence, true);
  return { ...message, bytes };
};

export const attribute = (type: number, value: Uint8Array | number | Ref): Attribute => ({
  type,
  length: ATTRIBUTE_HEADER_SIZE + lengthOf(value),
  parts: [value],
});

// rtnetlink(3): rta_len excludes the padding after the attribute itself, but includes that of nested attributes.
export const nested = (type: number, ...parts: readonly Part[]): Attribute => ({
  type,
  length: ATTRIBUTE_HEADER_SIZE + sizeOf(parts),
  parts,
});

/** An attribute as it lies in a message, with the padding after it. */
export const bytesOf = (one: Attribute): Uint8Array => {
  const bytes = new Uint8Array(sizeOf([one]));
  write(bytes, 0, [one], []);
  return bytes;
};

export const u8 = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

/** A C string with its final NUL. */
export const cString = (value: string): Uint8Array => Buffer.from(`${value}\0`, 'utf8');

export const isRef = (value: unknown): value is Ref => typeof value === 'string' && value.startsWith('$');

export const align = (size: number): number => (size + 3) & ~3;

/** Each part is padded to 4 bytes, see netlink(7). */
const write = (bytes: Uint8Array, start: number, parts: readonly Part[], holes: Hole[]): void => {
  let offset = start;
  for (const part of parts) {
    if (typeof part === 'number') put32(bytes, offset, part);
    else if (typeof part === 'string') holes.push({ offset, ref: part, size: 4 });
    else if (part instanceof Uint8Array) bytes.set(part, offset);
    else {
      put16(bytes, offset, part.length);
      put16(bytes, offset + 2, part.type);
      write(bytes, offset + ATTRIBUTE_HEADER_SIZE, part.parts, holes);
    }
    offset += align(lengthOf(part));
  }
};

// A DataView would take longer than all else in a message.
const put16 = (bytes: Uint8Array, offset: number, value: number): void => {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
};

const put32 = (bytes: Uint8Array, offset: number, value: number): void => {
  put16(bytes, offset, value);
  put16(bytes, offset + 2, value >>> 16);
};

const lengthOf = (part: Part): number => (typeof part === 'object' ? part.length : 4);

const sizeOf = (parts: readonly Part[]): number => {
  let size = 0;
  for (const part of parts) size += align(lengthOf(part));
  return size;
};

export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_INET6 = 10;

export const HEADER_SIZE = 16;
export const ATTRIBUTE_HEADER_SIZE = 4;

/** linux/netlink.h, linux/rtnetlink.h */
export const MESSAGE_TYPES = {
  NLMSG_NOOP: 1,
  NLMSG_ERROR: 2,
  NLMSG_DONE: 3,
  RTM_NEWLINK: 16,
  RTM_DELLINK: 17,
  RTM_GETLINK: 18,
  RTM_SETLINK: 19,
  RTM_NEWADDR: 20,
  RTM_DELADDR: 21,
  RTM_GETADDR: 22,
  RTM_NEWROUTE: 24,
  RTM_DELROUTE: 25,
  RTM_GETROUTE: 26,
} as const;

export const MESSAGE_FLAGS = {
  NLM_F_REQUEST: 0x1,
  NLM_F_ACK: 0x4,
  NLM_F_REPLACE: 0x100,
  NLM_F_EXCL: 0x200,
  NLM_F_DUMP: 0x300,
  NLM_F_CREATE: 0x400,
  NLM_F_APPEND: 0x800,
} as const;
