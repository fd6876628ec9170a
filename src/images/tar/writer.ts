import type { TarEntry, TarType } from './entry.ts';

/** An entry that is to be written. */
export type NewTarEntry = Omit<TarEntry, 'at' | 'data'>;

/**
 * The headers of an entry, the same bytes for the same entry: ustar, and before it pax for what ustar cannot say. The
 * content of a file follows, then `paddingAfter` it. Throws a RangeError for what no archive can hold.
 */
export const tarHeaders = (entry: NewTarEntry): Buffer => {
  const path = entry.type === 'directory' && !entry.path.endsWith('/') ? `${entry.path}/` : entry.path;
  const records = recordsOf(entry, path);
  const header = ustarHeader({ ...entry, path }, FLAGS[entry.type]);
  if (records.length === 0) return header;
  const content = Buffer.concat(records.map(paxRecord));
  const extension = ustarHeader({ ...EXTENSION, size: content.length }, PAX_FLAG);
  return Buffer.concat([extension, content, paddingAfter(content.length), header]);
};

/** The zeros between a content of `size` bytes and the next header. */
export const paddingAfter = (size: number): Buffer => ZEROS.subarray(0, (BLOCK - (size % BLOCK)) % BLOCK);

type Record = readonly [keyword: string, value: Buffer];

const recordsOf = (entry: NewTarEntry, path: string): readonly Record[] => {
  const { size, uid, gid, link, mtime, mtimeNanoseconds, xattrs } = entry;
  const text = (keyword: string, isNeeded: boolean, value: string): readonly Record[] =>
    isNeeded ? [[keyword, Buffer.from(value, 'latin1')]] : [];
  return [
    ...text('path', path.length > LINK.bytes, path),
    ...text('linkpath', link.length > LINK.bytes, link),
    ...text('size', !fits(size, SIZE), String(size)),
    ...text('uid', !fits(uid, UID), String(uid)),
    ...text('gid', !fits(gid, GID), String(gid)),
    ...text('mtime', mtimeNanoseconds > 0 || !fits(mtime, TIME), decimal(mtime, mtimeNanoseconds)),
    ...xattrs
      .map(([name, value]): Record => [`SCHILY.xattr.${name}`, value])
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  ];
};

/** `22 mtime=1700000000.5\n`: the number counts its own digits too. */
const paxRecord = ([keyword, value]: Record): Buffer => {
  if (/[=\0]/.test(keyword))
    throw new RangeError(`tar cannot hold the extended attribute ${JSON.stringify(keyword)}`);
  const rest = keyword.length + value.length + 3;
  const guess = rest + String(rest).length;
  const length = rest + String(guess).length;
  return Buffer.concat([Buffer.from(`${length} ${keyword}=`, 'latin1'), value, NEWLINE]);
};

/** Seconds before 1970 are negative, and their nanoseconds count forwards: -2 and 500,000,000 are `-1.5`. */
const decimal = (seconds: number, nanoseconds: number): string => {
  if (nanoseconds === 0) return String(seconds);
  const [whole, part] = seconds < 0 ? [-(seconds + 1), 1_000_000_000 - nanoseconds] : [seconds, nanoseconds];
  const fraction = String(part).padStart(9, '0').replace(/0+$/, '');
  return `${seconds < 0 ? '-' : ''}${whole}.${fraction}`;
};

const ustarHeader = (entry: NewTarEntry, flag: string): Buffer => {
  for (const name of [entry.path, entry.link])
    if (name.includes('\0')) throw new RangeError(`a name with a NUL: ${JSON.stringify(name)}`);
  const header = Buffer.alloc(BLOCK);
  const put = ({ at, bytes }: Field, value: number): void => {
    // A value that does not fit is in a record of pax, and readers ignore the field.
    const digits = fits(value, { at, bytes }) ? value.toString(8) : '0';
    header.write(digits.padStart(bytes - 1, '0'), at, 'latin1');
  };
  header.write(entry.path.slice(0, LINK.bytes), 0, 'latin1');
  put(MODE, entry.mode);
  put(UID, entry.uid);
  put(GID, entry.gid);
  put(SIZE, entry.size);
  put(TIME, entry.mtime);
  header.write(flag, FLAG_AT, 'latin1');
  header.write(entry.link.slice(0, LINK.bytes), LINK.at, 'latin1');
  header.write('ustar\x0000', MAGIC_AT, 'latin1');
  put(MAJOR, entry.major);
  put(MINOR, entry.minor);
  // The sum counts its own field as blanks.
  header.write(' '.repeat(8), CHECKSUM_AT, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT, 'latin1');
  return header;
};

/** Where a field begins, and its bytes; the last one of a number is a NUL. */
type Field = { readonly at: number; readonly bytes: number };

const fits = (value: number, { bytes }: Field): boolean => value >= 0 && value < 8 ** (bytes - 1);

// POSIX.1-2001, pax: ustar Interchange Format.
const MODE: Field = { at: 100, bytes: 8 };
const UID: Field = { at: 108, bytes: 8 };
const GID: Field = { at: 116, bytes: 8 };
const SIZE: Field = { at: 124, bytes: 12 };
const TIME: Field = { at: 136, bytes: 12 };
const CHECKSUM_AT = 148;
const FLAG_AT = 156;
const LINK: Field = { at: 157, bytes: 100 };
const MAGIC_AT = 257;
const MAJOR: Field = { at: 329, bytes: 8 };
const MINOR: Field = { at: 337, bytes: 8 };

const FLAGS: Readonly<{ [Type in TarType]: string }> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

const PAX_FLAG = 'x';
const EXTENSION: NewTarEntry = {
  path: 'pax',
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 0,
  mtimeNanoseconds: 0,
  size: 0,
  link: '',
  major: 0,
  minor: 0,
  xattrs: [],
};

const BLOCK = 512;
const ZEROS = Buffer.alloc(2 * BLOCK);
const NEWLINE = Buffer.from('\n');

/** Two blocks of zeros, after the last entry. */
export const END_OF_ARCHIVE: Buffer = ZEROS;
