import { constants } from 'node:os';
import type { Netlink } from '../netlink/message.ts';
import { putBpf } from './bpf.ts';
import { CAPABILITIES, flagBits } from './constants.ts';
import { deviceNumber } from './device-number.ts';
import type { Memory } from './memory.ts';
import type {
  BpfAttribute,
  BpfProgram,
  Call,
  Capabilities,
  CloneArguments,
  IoBuffer,
  Limit,
  LoopConfig,
  MountAttributes,
  NumberedPath,
  OpenHow,
  Ref,
  Timeout,
  Value,
} from './program.ts';
import { type SocketAddress, socketAddress } from './socket-address.ts';
import { type Architecture, type Kind, SYSCALLS } from './syscalls.ts';

/** Resolves the references of a call. */
export type Values = {
  /** The value of the reference in argument n of the call. */
  take(ref: Ref, argument: number): number;
  /** The address of the 32 bits that the call writes, for a later call that takes them as `ref`. */
  place(ref: Ref): number;
  /** The address of the result of an earlier call. */
  pointTo(ref: Ref): number;
};

/** Fills `words` with the arguments of the system call, at most six, and returns its number. */
export const encodeCall = (
  { call, args }: Call,
  architecture: Architecture,
  memory: Memory,
  values: Values,
  words: number[],
): number => {
  const encoders = encodersOf(call);
  words.length = encoders.length;
  let next = 0;
  for (let argument = 0; argument < encoders.length; argument++) {
    const encoder = encoders[argument];
    if (encoder) words[argument] = encoder(args[next++] ?? null, memory, values, argument);
    // A Program does not contain lengths. Only in setgroups(2) the length comes first.
    else words[argument] = argument === 0 ? (args[0] as readonly number[]).length : memory.size;
  }
  return SYSCALLS[call][architecture];
};

type Encoder = (value: Value, memory: Memory, values: Values, argument: number) => number;

/** One encoder for each parameter of a call, undefined for a length. */
const encodersOf = (call: Call['call']): readonly (Encoder | undefined)[] => {
  const known = encodersOfCalls.get(call);
  if (known) return known;
  const kinds: readonly Kind[] = SYSCALLS[call].params;
  const encoders = kinds.map((kind) => (kind === 'length' ? undefined : encoderOf(kind)));
  encodersOfCalls.set(call, encoders);
  return encoders;
};

const encodersOfCalls = new Map<Call['call'], readonly (Encoder | undefined)[]>();

const encoderOf = (kind: Kind): Encoder => {
  const table = kind.slice('flags:'.length);
  return ENCODERS[kind] ?? ((value) => flagBits(table, (value as string) || '0'));
};

const isRef = (value: Value): value is Ref => typeof value === 'string' && value.startsWith('$');

const integer: Encoder = (value, _, values, argument) => {
  if (typeof value === 'number') return value;
  if (value === null) return 0;
  if (isRef(value)) return values.take(value, argument);
  if (value === 'AT_FDCWD') return -100;
  const number = CAPABILITY_NUMBERS.get(value as string) ?? constants.signals[value as NodeJS.Signals];
  if (number === undefined) throw new TypeError(`no number for ${value}`);
  return number;
};

const CAPABILITY_NUMBERS: ReadonlyMap<string, number> = new Map(
  CAPABILITIES.map((name, number) => [name, number]),
);

/** Whether the text is the name of a signal or a capability. */
export const isName = (value: string): boolean => /^(SIG|CAP_)/.test(value);

const signalBits = (names: readonly string[]): number =>
  names.reduce((bits, name) => bits + 2 ** (constants.signals[name as NodeJS.Signals] - 1), 0);

/** An encoder for every kind of argument except flags. */
const ENCODERS: Partial<Record<Kind, Encoder>> = {
  int: integer,
  address: integer,
  fd: integer,
  mode: (value) => value as number,
  device: (value) => {
    const [major = 0, minor = 0] = value as readonly number[];
    return deviceNumber(major, minor);
  },
  string: (value, memory, values, argument) => {
    if (value === null) return 0;
    if (typeof value === 'string') return memory.putText(value);
    const { path, number } = value as NumberedPath;
    return memory.putText(`${path}${values.take(number, argument)}`);
  },
  data: (value, memory, values, argument) =>
    memory.putText(isRef(value) ? String(values.take(value, argument)) : (value as string)),
  ioctl_argument: (value, memory, values, argument) => {
    if (typeof value === 'object') return memory.put(loopConfig(value as LoopConfig, values, argument));
    if (typeof value !== 'string') return value as number;
    if (isRef(value)) return values.pointTo(value);
    return value.startsWith('O_') ? flagBits('O', value) : memory.put(Buffer.from(value, 'latin1'));
  },
  prctl_argument: (value, memory, values, argument) =>
    typeof value === 'string' && !isName(value)
      ? memory.putText(value)
      : integer(value, memory, values, argument),
  room: (value, memory) => memory.putZeros(value as number),
  strings: (value, memory) => memory.putTexts(value as readonly string[]),
  sockaddr: (value, memory) => memory.put(socketAddress(value as SocketAddress)),
  handed_over: (value, memory) => handedOver(value as readonly number[], memory),
  netlink: (value, memory, values, argument) => memory.put(filled(value as Netlink, values, argument)),
  iovec: (value, memory, values) => {
    const parts = value as readonly IoBuffer[];
    const address = memory.putWords(
      parts.flatMap((part) =>
        typeof part === 'number' ? [memory.putZeros(part), part] : [values.place(part), 4],
      ),
    );
    memory.size = parts.length;
    return address;
  },
  open_how: (value, memory) => {
    const { flags, mode = 0, resolve } = value as OpenHow;
    return memory.putWords([flagBits('O', flags), mode, flagBits('RESOLVE', resolve)]);
  },
  mount_attr: (value, memory) => {
    const { set, propagation } = value as MountAttributes;
    const how = propagation ? flagBits('MS', propagation) : 0;
    return memory.putWords([flagBits('MOUNT_ATTR', set || '0'), 0, how, 0]);
  },
  // capset(2): _LINUX_CAPABILITY_VERSION_3, and PID 0 for the calling thread.
  capability_header: (_, memory) => memory.putWords([0x20080522]),
  capability_data: (value, memory) => {
    const { effective, permitted, inheritable } = value as Capabilities;
    const sets = [effective, permitted, inheritable].map(capabilityBits);
    return memory.put(words32([...sets.map(([low]) => low), ...sets.map(([, high]) => high)]));
  },
  rlimit: (value, memory) => {
    const { soft, hard } = value as Limit;
    return memory.putWords([soft, hard]);
  },
  bpf_attr: (value, memory, values, argument) =>
    putBpf(value as BpfAttribute, memory, (ref) => values.take(ref, argument)),
  // The number of instructions, and their address.
  sock_fprog: (value, memory) => {
    const { bytes } = value as BpfProgram;
    return memory.putWords([bytes.length / 8, memory.put(bytes)]);
  },
  // SIG_DFL, no flags, an empty mask: 32 bytes of zeros cover the kernel's struct on both architectures.
  sigaction: (_, memory) => memory.putZeros(32),
  // The lowest bit is signal 1.
  sigset: (value, memory) => memory.putWords([value === '~[]' ? -1 : signalBits(value as readonly string[])]),
  clone_args: (value, memory, values) => {
    const { flags, exitSignal, parentTid } = value as CloneArguments;
    const signal = constants.signals[exitSignal];
    return memory.putWords([flagBits('CLONE', flags), 0, 0, values.place(parentTid), signal, 0, 0, 0]);
  },
  place: (value, _, values) => (value === null ? 0 : values.place(value as Ref)),
  // struct timespec.
  timeout: (value, memory) => (value === null ? 0 : memory.putWords([(value as Timeout).seconds, 0])),
  gids: (value, memory) => memory.put(words32(value as readonly number[])),
};

/** struct loop_config: the descriptor first, and the flags in the 60th byte. */
const loopConfig = ({ file, flags }: LoopConfig, values: Values, argument: number): Uint8Array => {
  const bytes = Buffer.alloc(304);
  bytes.writeUInt32LE(values.take(file, argument));
  bytes.writeUInt32LE(flagBits('LO_FLAGS', flags), 60);
  return bytes;
};

/** struct msghdr without data, and with one control message: SCM_RIGHTS of SOL_SOCKET, see cmsg(3). */
const handedOver = (descriptors: readonly number[], memory: Memory): number => {
  const control = Buffer.alloc(16 + 8 * Math.ceil(descriptors.length / 2));
  control.writeUInt32LE(16 + 4 * descriptors.length);
  control.writeUInt32LE(1, 8);
  control.writeUInt32LE(1, 12);
  for (const [index, fd] of descriptors.entries()) control.writeInt32LE(fd, 16 + 4 * index);
  return memory.putWords([0, 0, 0, 0, memory.put(control), control.length, 0]);
};

const words32 = (values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

const filled = ({ bytes, holes = [] }: Netlink, values: Values, argument: number): Uint8Array => {
  if (holes.length === 0) return bytes;
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  for (const { offset, ref } of holes) view.setUint32(offset, values.take(ref as Ref, argument), true);
  return copy;
};

/** The lower and the higher 32 bits of a set. */
const capabilityBits = (names: readonly string[]): readonly [low: number, high: number] => {
  let [low, high] = [0, 0];
  for (const name of names) {
    const number = CAPABILITY_NUMBERS.get(name) as number;
    if (number < 32) low = (low | (1 << number)) >>> 0;
    else high = (high | (1 << (number - 32))) >>> 0;
  }
  return [low, high];
};
