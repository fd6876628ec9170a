import type { TarEntry, TarType } from '../tar/entry.ts';
import { Column } from './column.ts';
import type { Texts } from './texts.ts';
import { keptXattrs, type Xattrs } from './xattrs.ts';

/**
 * The inodes of a tree by number, from 1 on. A column for each fact instead of an object for each inode: a million of
 * them take 40 MB.
 */
export class Inodes {
  readonly texts: Texts;
  #count = 0;
  readonly #mode = new Column(Uint16Array);
  readonly #uid = new Column(Uint32Array);
  readonly #gid = new Column(Uint32Array);
  readonly #mtime = new Column(Float64Array);
  readonly #nanoseconds = new Column(Uint32Array);
  readonly #size = new Column(Float64Array);
  readonly #layer = new Column(Uint16Array);
  readonly #value = new Column(Uint32Array);
  readonly #xattrs = new Column(Uint32Array);
  readonly #sets: Xattrs[] = [[]];
  readonly #setNumbers = new Map<string, number>();
  readonly #parts = new Map<number, NonNullable<TarEntry['data']>>();

  constructor(texts: Texts) {
    this.texts = texts;
  }

  /** The highest number in use. */
  get count(): number {
    return this.#count;
  }

  add(entry: TarEntry, layer: number): number {
    const inode = ++this.#count;
    this.describe(inode, entry);
    this.#size.set(inode, entry.type === 'symlink' ? entry.link.length : entry.size);
    this.#layer.set(inode, layer);
    this.#value.set(inode, this.#valueOf(entry));
    if (entry.data) this.#parts.set(inode, entry.data);
    return inode;
  }

  /** Gives a directory the attributes of another entry; what it contains stays. */
  describe(inode: number, entry: Attributes & { readonly type: TarType }): void {
    // symlink(7): Linux gives every symbolic link these permissions.
    const permissions = entry.type === 'symlink' ? 0o777 : entry.mode;
    this.#mode.set(inode, TYPE_BITS[entry.type] | permissions);
    this.#uid.set(inode, entry.uid);
    this.#gid.set(inode, entry.gid);
    this.#mtime.set(inode, entry.mtime);
    this.#nanoseconds.set(inode, entry.mtimeNanoseconds);
    this.#xattrs.set(inode, this.#setOf(keptXattrs(entry.xattrs)));
  }

  /** The attributes that `describe` would give it again. */
  attributes(inode: number): Attributes {
    return {
      mode: this.mode(inode) & 0o7777,
      uid: this.uid(inode),
      gid: this.gid(inode),
      mtime: this.mtime(inode),
      mtimeNanoseconds: this.nanoseconds(inode),
      xattrs: this.xattrs(inode),
    };
  }

  /** Type and permissions, as stat(2) has them. */
  mode(inode: number): number {
    return this.#mode.get(inode);
  }
  uid(inode: number): number {
    return this.#uid.get(inode);
  }
  gid(inode: number): number {
    return this.#gid.get(inode);
  }
  mtime(inode: number): number {
    return this.#mtime.get(inode);
  }
  nanoseconds(inode: number): number {
    return this.#nanoseconds.get(inode);
  }
  /** Bytes of a file with its holes, or of the target of a symbolic link. */
  size(inode: number): number {
    return this.#size.get(inode);
  }
  /** The layer whose archive has the content. */
  layer(inode: number): number {
    return this.#layer.get(inode);
  }
  /** The parts of a sparse file; undefined if the content is in one piece. */
  parts(inode: number): TarEntry['data'] {
    return this.#parts.get(inode);
  }
  /** The inodes of sparse files. */
  sparse(): Iterable<number> {
    return this.#parts.keys();
  }
  xattrs(inode: number): Xattrs {
    return this.#sets[this.#xattrs.get(inode)]!;
  }
  /** The number of the set of attributes: inodes with the same ones have the same number, and 0 has none. */
  xattrSet(inode: number): number {
    return this.#xattrs.get(inode);
  }

  isDirectory(inode: number): boolean {
    return (this.#mode.get(inode) & S_IFMT) === TYPE_BITS.directory;
  }
  isSymlink(inode: number): boolean {
    return (this.#mode.get(inode) & S_IFMT) === TYPE_BITS.symlink;
  }
  isFile(inode: number): boolean {
    return (this.#mode.get(inode) & S_IFMT) === TYPE_BITS.file;
  }

  /** The block of the archive where the content begins. */
  block(inode: number): number {
    return this.#value.get(inode);
  }
  /** The number of a device, in the 32 bits of the kernel. */
  device(inode: number): number {
    return this.#value.get(inode);
  }
  /** Where the target of a symbolic link lies in the texts. */
  target(inode: number): number {
    return this.#value.get(inode);
  }
  /** The first name in a directory. */
  firstName(inode: number): number {
    return this.#value.get(inode);
  }
  setFirstName(inode: number, name: number): void {
    this.#value.set(inode, name);
  }

  /** One column serves the facts of which every type has one. */
  #valueOf({ type, at, link, major, minor }: TarEntry): number {
    if (type === 'file') return at / 512;
    if (type === 'symlink') return this.texts.add(link);
    // The kernel's new_encode_dev(): 12 bits of the minor number are above those of the major one.
    if (type === 'character' || type === 'block')
      return ((minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12)) >>> 0;
    return 0;
  }

  #setOf(xattrs: Xattrs): number {
    if (xattrs.length === 0) return 0;
    const key = JSON.stringify(xattrs.map(([name, value]) => [name, value.toString('latin1')]));
    const known = this.#setNumbers.get(key);
    if (known !== undefined) return known;
    this.#setNumbers.set(key, this.#sets.length);
    return this.#sets.push(xattrs) - 1;
  }
}

export type Attributes = Pick<TarEntry, 'mode' | 'uid' | 'gid' | 'mtime' | 'mtimeNanoseconds' | 'xattrs'>;

const S_IFMT = 0o170000;

const TYPE_BITS: Readonly<Record<TarType, number>> = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  character: 0o020000,
  block: 0o060000,
  fifo: 0o010000,
  // A hard link is a name of an inode and never one itself.
  hardlink: 0,
};
