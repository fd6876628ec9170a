import type { TarType } from '../../../src/images/tar/entry.ts';
import {
  END_OF_ARCHIVE,
  type NewTarEntry,
  paddingAfter,
  tarHeaders,
} from '../../../src/images/tar/writer.ts';

/** An entry with the values that a test names; texts are latin1, and `size` is that of the content if not given. */
export type Member = Partial<NewTarEntry> & { readonly path: string; readonly content?: Buffer | string };

export const archive = (...members: readonly Member[]): Buffer =>
  Buffer.concat([...members.map(memberBytes), END_OF_ARCHIVE]);

/** Headers, content and padding. */
export const memberBytes = ({ content = '', ...member }: Member): Buffer => {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const headers = tarHeaders({ ...PLAIN, size: bytes.length, ...member });
  return Buffer.concat([headers, bytes, paddingAfter(bytes.length)]);
};

export const directory = (path: string, more: Partial<Member> = {}): Member => ({
  path,
  type: 'directory',
  mode: 0o755,
  ...more,
});

export const file = (path: string, content = '', more: Partial<Member> = {}): Member => ({
  path,
  content,
  ...more,
});

export const device = (path: string, major: number, minor: number, type: TarType = 'character'): Member => ({
  path,
  type,
  major,
  minor,
});

export const fifo = (path: string): Member => ({ path, type: 'fifo' });

/** A symbolic or hard link. */
export const link = (path: string, target: string, type: TarType = 'symlink'): Member => ({
  path,
  type,
  link: target,
  mode: 0o777,
});

const PLAIN: Omit<NewTarEntry, 'path'> = {
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 1_700_000_000,
  mtimeNanoseconds: 0,
  size: 0,
  link: '',
  major: 0,
  minor: 0,
  xattrs: [],
};
