import { isIPv4 } from 'node:net';

/** An address of either family as a number of 32 or 128 bits. */
export type Ip = { readonly bits: 32 | 128; readonly value: bigint };

/** A block of addresses: one of them, and the length of the prefix in bits. */
export type Block = Ip & { readonly prefix: number };

/**
 * Reads an IPv4 or IPv6 address without a zone. Leading zeros of IPv4 are refused: some programs read them as octal.
 * `isIPv6` of Node compiles an expression for that, which takes longer than all else that a start does with addresses.
 */
export function parseIp(text: string): Ip | undefined {
  const [bits, width, parts] = text.includes(':')
    ? ([128, 16, groupsOf(text)] as const)
    : ([32, 8, bytesOf(text)] as const);
  return parts && { bits, value: numberOf(parts, width) };
}

/** The bytes in network order of an address that `parseIp` reads; undefined if it is none. */
export function bytesOfAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number);
  const groups = groupsOf(text);
  if (!groups) return undefined;
  const bytes = new Uint8Array(16);
  for (const [index, group] of groups.entries()) {
    bytes[2 * index] = group >>> 8;
    bytes[2 * index + 1] = group;
  }
  return bytes;
}

/** Dotted decimal, or IPv6 as in RFC 5952: `fd00::5`. */
export function formatIp({ bits, value }: Ip): string {
  if (bits === 32) return partsOf(value, 8, 4).join('.');
  const groups = partsOf(value, 16, 8).map((group) => group.toString(16));
  // Of several longest runs of zeros the first is shortened, and never a single zero.
  const [run = ''] = (groups.join(':').match(/\b0(:0)+\b/g) ?? []).sort((a, b) => b.length - a.length);
  const text = groups.join(':');
  if (run === '') return text;
  const at = new RegExp(`(^|:)${run}(:|$)`).exec(text)!;
  return `${text.slice(0, at.index)}::${text.slice(at.index + at[0].length)}`;
}

/** The bytes in network order: 4 or 16. */
export function bytesOfIp({ bits, value }: Ip): Uint8Array {
  return Uint8Array.from(partsOf(value, 8, bits / 8));
}

export function ipOfBytes(bytes: Uint8Array): Ip {
  return { bits: bytes.length === 4 ? 32 : 128, value: numberOf([...bytes], 8) };
}

/** Reads `10.0.0.0/24` or `fd00::/64`. The bits behind the prefix are kept, see `baseOf`. */
export function parseBlock(text: string): Block | undefined {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const ip = parseIp(address);
  if (!ip || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > ip.bits)
    return undefined;
  return { ...ip, prefix: Number(prefix) };
}

export function formatBlock(block: Block): string {
  return `${formatIp(block)}/${block.prefix}`;
}

/** The same block with the bits behind the prefix cleared. */
export function baseOf(block: Block): Block {
  return { ...block, value: block.value - (block.value % sizeOf(block)) };
}

/** The last address of the block; the broadcast address of most IPv4 blocks. */
export function lastOf(block: Block): Ip {
  return { bits: block.bits, value: baseOf(block).value + sizeOf(block) - 1n };
}

export function holds(block: Block, { bits, value }: Ip): boolean {
  return bits === block.bits && value >= baseOf(block).value && value <= lastOf(block).value;
}

export function overlap(a: Block, b: Block): boolean {
  return a.prefix < b.prefix ? holds(a, b) : holds(b, a);
}

/** Whether all of `inner` lies within `outer`. */
export function encloses(outer: Block, inner: Block): boolean {
  return outer.prefix <= inner.prefix && holds(outer, inner);
}

/**
 * Whether a host can have this address of a block: the first and the last one of IPv4 are those of the network and of
 * broadcasts, unless there are no more than two (RFC 3021); the first one of IPv6 is that of every router (RFC 4291).
 */
export function isHostAddress(block: Block, ip: Ip): boolean {
  if (!holds(block, ip)) return false;
  if (block.prefix >= block.bits - 1) return true;
  const isFirst = ip.value === baseOf(block).value;
  return !isFirst && (block.bits === 128 || ip.value !== lastOf(block).value);
}

/** The number of addresses. */
export function sizeOf({ bits, prefix }: Block): bigint {
  return 1n << BigInt(bits - prefix);
}

const numberOf = (parts: readonly number[], width: number): bigint =>
  parts.reduce((value, part) => (value << BigInt(width)) | BigInt(part), 0n);

const partsOf = (value: bigint, width: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) =>
    Number((value >> BigInt(width * (count - 1 - index))) & ((1n << BigInt(width)) - 1n)),
  );

/** The four bytes of an IPv4 address. */
const bytesOf = (text: string): readonly number[] | undefined =>
  isIPv4(text) ? text.split('.').map(Number) : undefined;

/** The eight groups of an IPv6 address, of which one `::` leaves out some; the last two may be written as IPv4. */
const groupsOf = (text: string): readonly number[] | undefined => {
  const [head = '', tail, ...more] = text.split('::');
  const first = writtenGroups(head, tail === undefined);
  const second = writtenGroups(tail ?? '', true);
  if (more.length > 0 || !first || !second) return undefined;
  const missing = 8 - first.length - second.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...first, ...Array.from({ length: missing }, () => 0), ...second];
};

const writtenGroups = (text: string, isEnd: boolean): readonly number[] | undefined => {
  if (text === '') return [];
  const words = text.split(':');
  const last = isEnd && words.at(-1)!.includes('.') ? bytesOf(words.pop()!) : [];
  if (!last || !words.every((word) => GROUP.test(word))) return undefined;
  const [a, b, c, d] = last as readonly [number, number, number, number];
  return [
    ...words.map((word) => Number.parseInt(word, 16)),
    ...(last.length > 0 ? [a * 256 + b, c * 256 + d] : []),
  ];
};

const GROUP = /^[\da-f]{1,4}$/i;
