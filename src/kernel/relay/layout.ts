import type { Field, Value } from '../native/language.ts';

/** The address of the memory: 1 << 36. */
export const MEMORY_SHIFT = 36;

/** The memory of the relay: variables first, then what follows at these offsets. Only pages that it uses exist. */
export const EVENTS = 0x400;
export const EVENTS_AT_ONCE = 32;
/** Empty pipes: two descriptors each. */
export const PIPES = 0x600;
export const MOST_PIPES = 64;
/** Structs for one call. */
export const SCRATCH = 0x800;
export const SIGNALS = 0x880;
export const ONE = 0x888;
/** The index of an interface that does not exist: the kernel counts from 1. */
export const NOWHERE = 0x88c;
export const LINGER = 0x890;
export const PERIOD = 0x8a0;
/** A sockaddr of 32 bytes. */
export const SENDER = 0x8c0;
/** 32 zeros: a disarmed timer, an option that is off. */
export const ZEROS = 0xa00;
/** struct msghdr, its struct iovec, and room for a control message. */
export const HEADER = 0x900;
export const BLOCK = 0x940;
export const CONTROL = 0x960;
export const CONTROL_BYTES = 40;
/** For the hash of a client's address: the descriptor of the first client. */
export const BUCKETS = 0x1000;
export const MOST_BUCKETS = 1024;
/** A message of the supervisor, or a datagram. */
export const MESSAGE = 0x2000;
export const MESSAGE_BYTES = 0x10000;
/** A record for each descriptor. */
const RECORDS = 0x20000;
export const RECORD_SHIFT = 7;
export const MOST_DESCRIPTORS = 0x10000;
export const MEMORY_BYTES = RECORDS + (MOST_DESCRIPTORS << RECORD_SHIFT);

/** The kind of a descriptor. 0: closed. */
export const KIND = {
  /** The listening unix socket of the supervisor. */
  door: 1,
  /** The connection of the supervisor. */
  supervisor: 2,
  /** A socket of the host: bound, and open while a process runs. */
  entry: 3,
  /** One of the two sockets of a TCP connection. */
  side: 4,
  /** The socket of a UDP client, connected to the target. */
  client: 5,
  /** The pidfd of the process of an open entry. */
  process: 6,
  /** The timer for idle UDP clients. */
  clock: 7,
} as const;

type At = (record: string) => Field;

const int =
  (at: number): At =>
  (of) => ({ of, at, bytes: 4 });

const word =
  (at: number): At =>
  (of) => ({ of, at, bytes: 8 });

/** The words of an address: 32 bytes. */
const words = (at: number): readonly At[] => [0, 8, 16, 24].map((offset) => word(at + offset));

export const kind = int(0);
/** Distinguishes a descriptor from earlier ones with its number, whose events may arrive later. */
export const generation = int(4);
/** The entry of a side, client or process. */
export const entryOf = int(8);

export const entry = {
  type: int(12),
  /** A pidfd; 0 while the entry is not open. */
  process: int(16),
  pid: int(20),
  length: int(24),
  targetLength: int(28),
  address: { at: 32, words: words(32) },
  target: { at: 64, family: int(64), words: words(64) },
} as const;

export const side = {
  /** The other socket of the connection. */
  peer: int(12),
  /** The pipe for what was read from this socket; 0 without one. */
  reader: int(16),
  writer: int(20),
  /** Bytes in the pipe. */
  held: int(24),
  /** The end of the input was read. */
  ended: int(28),
  /** The end was passed on. */
  finished: int(32),
  connected: int(36),
} as const;

export const client = {
  /** The next one with the same hash. */
  next: int(12),
  /** Periods without a datagram. */
  idle: int(16),
  bucket: int(20),
  length: int(24),
  address: { at: 32, words: words(32) },
  /** IP_PKTINFO or IPV6_PKTINFO: the address of this machine that it asked, which is to answer. */
  control: { at: 64, words: [...words(64), word(96)] },
  controlLength: int(104),
} as const;

/** struct msghdr */
export const header = {
  name: word(0),
  nameLength: int(8),
  blocks: word(16),
  blockCount: word(24),
  control: word(32),
  controlLength: word(40),
} as const;

/** A row of a message: `rows.ts`. The addresses lie as in the record of an entry. */
export const row = {
  call: int(0),
  result: int(4),
  descriptor: int(8),
  type: int(12),
  domain: int(16),
  pid: int(20),
  length: int(24),
  targetLength: int(28),
  address: { at: 32, words: words(32) },
  target: { words: words(64) },
  /** In the place of an address. */
  seconds: int(32),
  nanoseconds: int(36),
} as const;

export const ROW_BYTES = 96;

/** The address of a descriptor's record. */
export const recordOf = (descriptor: Value): Value => [
  [descriptor, '<<', RECORD_SHIFT],
  '+',
  { address: RECORDS },
];
