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

/** An entry before its content is known. */
export type Header = Omit<TarEntry, 'at' | 'data'> & {
  /** Bytes of the content in the archive. */
  readonly stored: number;
};

/**
 * The entry of a header. Extended headers precede the header's own fields.
 * @returns the end of a sentence about the archive if there is no such entry
 */
export const readHeader = (block: Buffer, extensions: Extensions): Header | string => {
  const { pax } = extensions;
  const path = textOf(pax, 'GNU.sparse.name') ?? textOf(pax, 'path') ?? extensions.name ?? nameOf(block);
  const link = textOf(pax, 'linkpath') ?? extensions.link ?? textField(block, FIELDS.link);
  const written = typeOf(block);
  // Before ustar, a directory was a file whose name ends in a slash.
  const type = written === '\0' && path.endsWith('/') ? 'directory' : TYPES[written];
  if (path === '') return 'has an entry without a name';
  if (type === undefined) return `has an entry of an unknown type ${JSON.stringify(written)}`;
  const number = (field: Numeric): number | undefined =>
    pax.has(field) ? decimal(pax.get(field)!) : numberField(block, FIELDS[field]);
  const [mode, uid, gid, size] = [
    numberField(block, FIELDS.mode),
    number('uid'),
    number('gid'),
    number('size'),
  ];
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
  // Directories, links and nodes have no content, whatever their size says.
  const stored = type === 'file' ? size : 0;
  return {
    ...{ path, type, mode: mode & 0o7777, uid, gid, major, minor, stored, size: stored },
    ...{ mtime: time[0], mtimeNanoseconds: time[1] },
    link: type === 'symlink' || type === 'hardlink' ? link : '',
    xattrs: xattrsOf(pax),
  };
};

type Numeric = 'uid' | 'gid' | 'size';

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
