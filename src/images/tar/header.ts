/** Fields of the header of an entry: a block of 512 bytes, as POSIX.1-2024 (pax, ustar) and GNU tar write it. */

export const BLOCK = 512;

/** The bytes from content to the next block. */
export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** The text of a field as latin1: it ends at a NUL or fills the field. */
export const textField = (block: Buffer, [offset, length]: Field): string => {
  const end = block.indexOf(0, offset);
  return block.toString('latin1', offset, end < 0 ? offset + length : Math.min(end, offset + length));
};

/** The number of a field: octal digits, or the base-256 of GNU tar. Undefined if it is neither, or no safe integer. */
export const numberField = (block: Buffer, [offset, length]: Field): number | undefined => {
  const first = block[offset]!;
  if (first >= 0x80) return base256(block, offset, length);
  // Byte by byte: an archive may have a million headers, with eight numbers each.
  const end = offset + length;
  let at = afterSpaces(block, offset, end);
  let value = 0;
  for (let byte = block[at]!; at < end && byte >= 0x30 && byte <= 0x37; byte = block[++at]!)
    value = value * 8 + byte - 0x30;
  at = afterSpaces(block, at, end);
  return at === end || block[at] === 0 ? value : undefined;
};

const afterSpaces = (block: Buffer, from: number, end: number): number => {
  let at = from;
  while (at < end && (block[at] === 0x20 || (block[at]! >= 0x09 && block[at]! <= 0x0d))) at++;
  return at;
};

/** Two's complement, whose highest bit marks the form: 0x80 begins a positive number and 0xff a negative one. */
const base256 = (block: Buffer, offset: number, length: number): number | undefined => {
  const first = block[offset]! & 0x7f;
  let value = first >= 0x40 ? first - 0x80 : first;
  for (let at = offset + 1; at < offset + length; at++) value = value * 256 + block[at]!;
  return safe(value);
};

const safe = (value: number): number | undefined => (Number.isSafeInteger(value) ? value : undefined);

/** Whether the sum of the bytes is that of the header. Old programs added signed bytes. */
export const hasChecksum = (block: Buffer): boolean => {
  const [from, length] = FIELDS.checksum;
  const end = from + length;
  const written = numberField(block, FIELDS.checksum);
  const sum = 0x20 * length + sumOf(block, 0, from) + sumOf(block, end, BLOCK);
  return (
    written === sum || written === sum - 256 * (negativesOf(block, 0, from) + negativesOf(block, end, BLOCK))
  );
};

const sumOf = (block: Buffer, from: number, end: number): number => {
  let sum = 0;
  for (let at = from; at < end; at++) sum += block[at]!;
  return sum;
};

const negativesOf = (block: Buffer, from: number, end: number): number => {
  let count = 0;
  for (let at = from; at < end; at++) if (block[at]! >= 0x80) count++;
  return count;
};

export const isZero = (block: Buffer): boolean => block[0] === 0 && block.equals(ZEROS);

/** The character of the type; that of an entry before ustar is NUL. */
export const typeOf = (block: Buffer): string => String.fromCharCode(block[156]!);

/** The name, with the prefix that only ustar has: GNU tar keeps other things there. */
export const nameOf = (block: Buffer): string => {
  const name = textField(block, FIELDS.name);
  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? textField(block, FIELDS.prefix) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
};

/** Offset and length. */
type Field = readonly [offset: number, length: number];

export const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  link: [157, 100],
  major: [329, 8],
  minor: [337, 8],
  prefix: [345, 155],
} as const satisfies Record<string, Field>;

const ZEROS = Buffer.alloc(BLOCK);
