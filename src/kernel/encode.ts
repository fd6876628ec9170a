import { constants } from 'node:os';
import { CAPABILITIES, type Capability, flagBits } from './constants.ts';
import type { Netlink } from './netlink/message.ts';
import type { Call, Capabilities, IoBuffer, Limit, MountAttributes, OpenHow, Ref, Value } from './program.ts';
import { type Architecture, type Kind, SYSCALLS } from './syscalls.ts';

/** Puts bytes where the call will find them and returns their address. */
export type Put = (bytes: Uint8Array) => number;

/** The value of a reference; called once for every use, so that a Program's slots can be linked. */
export type Resolve = (ref: Ref, use: Use) => number;

/** What takes the value: argument n of the call, or the 32 bits at an address. */
export type Use = { readonly argument: number } | { readonly address: number };

export type EncodedCall = { readonly number: number; readonly words: readonly number[] };

/** Turns a call into the number and the six words that the kernel takes. */
export const encodeCall = (
  { call, args }: Call,
  architecture: Architecture,
  put: Put,
  resolve: Resolve,
): EncodedCall => {
  const { params, [architecture]: number } = SYSCALLS[call];
  const words: number[] = [];
  const values = args[Symbol.iterator]();
  let size = 0;
  for (const [argument, kind] of (params as readonly Kind[]).entries()) {
    if (kind === 'length' && argument > 0) {
      words.push(size);
      continue;
    }
    // setgroups(2) alone has the count first.
    if (kind === 'length') {
      words.push((args[0] as readonly number[]).length);
      continue;
    }
    const value = values.next().value as Value | undefined;
    const encoded = encodeValue(
      kind,
      value ?? (kind === 'int' ? 0 : null),
      put,
      (ref) => resolve(ref, { argument }),
      resolve,
    );
    size = encoded.size;
    words.push(encoded.word);
  }
  return { number, words };
};

type Encoded = { readonly word: number; readonly size: number };

const encodeValue = (
  kind: Kind,
  value: Value,
  put: Put,
  take: (ref: Ref) => number,
  resolve: Resolve,
): Encoded => {
  const pointer = (bytes: Uint8Array, size = bytes.length): Encoded => ({ word: put(bytes), size });
  switch (kind) {
    case 'int':
    case 'fd':
      return { word: integer(value as number | string, take), size: 0 };
    case 'ioctl_argument':
      if (typeof value !== 'string') return { word: value as number, size: 0 };
      return value.startsWith('O_')
        ? { word: flagBits('O', value), size: 0 }
        : pointer(Buffer.from(value, 'latin1'));
    case 'mode':
      return { word: value as number, size: 0 };
    case 'device':
      return { word: deviceNumber(value as readonly [number, number]), size: 0 };
    case 'string':
      return value === null ? { word: 0, size: 0 } : pointer(text(`${value as string}\0`));
    case 'data':
      return pointer(text(isRef(value) ? String(take(value)) : (value as string)));
    case 'room':
      return pointer(new Uint8Array(value as number));
    case 'strings':
      return pointer(vector((value as readonly string[]).map((item) => put(text(`${item}\0`)))));
    case 'netlink':
      return pointer(netlink(value as Netlink, take));
    case 'iovec':
      return iovec(value as readonly IoBuffer[], put, resolve);
    case 'open_how':
      return pointer(openHow(value as OpenHow));
    case 'mount_attr':
      return pointer(mountAttributes(value as MountAttributes));
    case 'capability_header':
      // _LINUX_CAPABILITY_VERSION_3 for the caller itself.
      return pointer(words32(0x20080522, 0));
    case 'capability_data':
      return pointer(capabilityData(value as Capabilities));
    case 'rlimit':
      return pointer(limit(value as Limit));
    case 'sigaction':
      // SIG_DFL, no flags, an empty mask: 32 bytes of zeros cover the kernel's struct on both architectures.
      return pointer(new Uint8Array(32));
    case 'sigset':
      return pointer(new Uint8Array(8));
    case 'gids':
      return pointer(words32(...(value as readonly number[])));
    case 'length':
      throw new TypeError('a length is derived, never encoded');
    default:
      return { word: flagBits(kind.slice('flags:'.length), (value as string) || '0'), size: 0 };
  }
};

const isRef = (value: Value): value is Ref => typeof value === 'string' && value.startsWith('$');

const integer = (value: number | string, take: (ref: Ref) => number): number => {
  if (typeof value === 'number') return value;
  if (isRef(value)) return take(value);
  if (value === 'AT_FDCWD') return -100;
  const capability = CAPABILITIES.indexOf(value as Capability);
  const number = capability >= 0 ? capability : constants.signals[value as NodeJS.Signals];
  if (number === undefined) throw new TypeError(`no number for ${value}`);
  return number;
};

const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');

// sysmacros.h: the minor's high bits stand above the major.
const deviceNumber = ([major, minor]: readonly [number, number]): number =>
  (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >>> 8) * 0x100000;

const vector = (addresses: readonly number[]): Uint8Array => words64(...addresses, 0);

const words64 = (...values: readonly number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (const [index, value] of values.entries()) setWord64(view, index * 8, value);
  return new Uint8Array(view.buffer);
};

/** A signed or unsigned word of 64 bits; addresses and sizes are whole numbers below 2^53. */
export const setWord64 = (view: DataView, offset: number, value: number): void => {
  view.setUint32(offset, value >>> 0, true);
  view.setUint32(offset + 4, Math.floor(value / 2 ** 32) >>> 0, true);
};

const words32 = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

const netlink = ({ bytes, holes = [] }: Netlink, take: (ref: Ref) => number): Uint8Array => {
  const filled = Uint8Array.from(bytes);
  const view = new DataView(filled.buffer);
  for (const { offset, ref } of holes) view.setUint32(offset, take(ref as Ref), true);
  return filled;
};

const iovec = (buffers: readonly IoBuffer[], put: Put, resolve: Resolve): Encoded => {
  const pairs = buffers.flatMap((buffer) => {
    if (typeof buffer === 'number') return [put(new Uint8Array(buffer)), buffer];
    return [resolve(buffer, { address: 0 }), 4];
  });
  return { word: put(words64(...pairs)), size: buffers.length };
};

const openHow = ({ flags, mode = 0, resolve }: OpenHow): Uint8Array =>
  words64(flagBits('O', flags), mode, flagBits('RESOLVE', resolve));

const mountAttributes = ({ set, propagation }: MountAttributes): Uint8Array =>
  words64(flagBits('MOUNT_ATTR', set || '0'), 0, propagation ? flagBits('MS', propagation) : 0, 0);

const capabilityData = ({ effective, permitted, inheritable }: Capabilities): Uint8Array => {
  const sets = [effective, permitted, inheritable].map(capabilityBits);
  const half = (shift: bigint): number[] => sets.map((bits) => Number((bits >> shift) & 0xffffffffn));
  return words32(...half(0n), ...half(32n));
};

const capabilityBits = (names: readonly string[]): bigint =>
  names.reduce((bits, name) => bits | (1n << BigInt(CAPABILITIES.indexOf(name as Capability))), 0n);

const limit = ({ soft, hard }: Limit): Uint8Array => words64(soft, hard);
