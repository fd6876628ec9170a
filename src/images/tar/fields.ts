import type { TarEntry, TarType } from './entry.ts';
import { FIELDS, nameOf, numberField, textField, typeOf } from './header.ts';
import { decimal, type PaxRecords, paxTime, XATTR } from './pax.ts';

/** The fields of the headers before an entry. */
export type Extensions = {
  /** GNU tar's types L and K. */
  name?: string;
  link?: string;
  readonly pax: PaxRecords;
  /** Offsets and sizes of the parts of a sparse file, which GNU tar writes as records of the same keyword. */
  readonly pairs: number[];
};

/**
 * The entry of a header, without the holes of a sparse file: its size is that of the content in the archive. Extended
 * headers precede the header's own fields.
 * @param at where the content begins
 * @returns the end of a sentence about the archive if there is no such entry
 */
export const readHeader = (block: Buffer, extensions: Extensions, at: number): TarEntry | string => {
  const { pax } = extensions;
  const path = textOf(pax, 'GNU.sparse.name') ?? textOf(pax, 'path') ?? extensions.name ?? nameOf(block);
  const link = textOf(pax, 'linkpath') ?? extensions.link ?? textField(block, FIELDS.link);
  const written = typeOf(block);
  // Before ustar, a directory was a file whose name ends in a slash.
  const type = written === '\0' && path.endsWith('/') ? 'directory' : TYPES[written];
  if (path === '') return 'has an entry without a name';
  if (type === undefined) return `has an entry of an unknown type ${JSON.stringify(written)}`;
  const mode = numberField(block, FIELDS.mode);
  const uid = numberOf(pax, 'uid', block);
  const gid = numberOf(pax, 'gid', block);
  const size = numberOf(pax, 'size', block);
  const time = pax.has('mtime')
    ? paxTime(pax.get('mtime')!)
    : ([numberField(block, FIELDS.mtime), 0] as const);
  const isDevice = type === 'character' || type === 'block';
  const major = isDevice ? numberField(block, FIELDS.major) : 0;
  const minor = isDevice ? numberField(block, FIELDS.minor) : 0;
  if (mode === undefined) return 'has an entry whose mode is no number';
  if (!isId(uid) || !isId(gid)) return 'has an entry whose owner is no number of 32 bits';
  if (size === undefined || size < 0) return 'has an entry whose size is no number';
  if (time?.[0] === undefined) return 'has an entry whose time is no number';
  if (!isBelow(major, 1 << 12) || !isBelow(minor, 1 << 20)) return 'has a device whose numbers no Linux has';
  // A literal without spreads: they take longer than all else, and a layer may have a million headers.
  return {
    path,
    type,
    mode: mode & 0o7777,
    uid,
    gid,
    major,
    minor,
    // Directories, links and nodes have no content, whatever their size says.
    size: type === 'file' ? size : 0,
    mtime: time[0],
    mtimeNanoseconds: time[1],
    link: type === 'symlink' || type === 'hardlink' ? link : '',
    xattrs: pax.size > 0 ? xattrsOf(pax) : NO_XATTRS,
    at,
  };
};

type Numeric = 'uid' | 'gid' | 'size';

const numberOf = (pax: PaxRecords, field: Numeric, block: Buffer): number | undefined =>
  pax.has(field) ? decimal(pax.get(field)!) : numberField(block, FIELDS[field]);

/** An empty record takes back what a global header says. */
const textOf = (pax: PaxRecords, keyword: string): string | undefined => {
  const value = pax.get(keyword);
  return value && value.length > 0 ? value.toString('latin1') : undefined;
};

const xattrsOf = (pax: PaxRecords): TarEntry['xattrs'] => {
  const found: [string, Buffer][] = [];
  for (const [keyword, value] of pax)
    if (keyword.startsWith(XATTR)) found.push([keyword.slice(XATTR.length), value]);
  return found.length > 0 ? found : NO_XATTRS;
};

const NO_XATTRS: TarEntry['xattrs'] = [];

// The last number means “nobody” in calls such as chown(2).
const isId = (value: number | undefined): value is number => isBelow(value, 2 ** 32 - 1);

const isBelow = (value: number | undefined, end: number): value is number =>
  value !== undefined && value >= 0 && value < end;

const TYPES: Readonly<Record<string, TarType>> = {
  '\0': 'file',
  0: 'file',
  1: 'hardlink',
  2: 'symlink',
  3: 'character',
  4: 'block',
  5: 'directory',
  6: 'fifo',
  // A contiguous file.
  7: 'file',
  // A sparse file of GNU tar.
  S: 'file',
};
