import { Amounts, BOUNDS } from '../tar/bounds.ts';
import type { TarEntry } from '../tar/entry.ts';
import { namesOf, type Place, placeOf } from '../tar/names.ts';
import { ArchiveError, quoted } from '../tar/refusal.ts';
import { type Attributes, Inodes } from './inodes.ts';
import { Names } from './names.ts';
import { Texts } from './texts.ts';
import { flawOfXattrs } from './xattrs.ts';

/**
 * The root file system that the layers of an image give together, in memory: about 100 bytes for each file. It takes
 * the entries of the lowest layer first: `addLayer()`, then `entry()` as the sink of a `TarParser`. Nothing is made on
 * this machine. The results are those of Docker with overlayfs.
 */
export class Tree {
  readonly texts = new Texts();
  readonly inodes = new Inodes(this.texts);
  readonly names = new Names(this.inodes);
  readonly root: number;
  #layer = -1;
  readonly #amounts: Amounts;
  /** By name: directories of the layers below that something else of this layer has replaced. */
  readonly #covered = new Map<number, number>();
  /** Directories in which this layer takes something away: it has them. */
  readonly #marked = new Set<number>();
  /** The attributes that directories have in the layers below, where this layer has changed them. */
  readonly #changed = new Map<number, Attributes>();
  /** The directory of the last entry: the next one is often in the same. */
  #lastParents: string | undefined;
  #lastDirectory = 0;

  constructor(bounds = BOUNDS) {
    this.#amounts = new Amounts(bounds);
    this.root = this.inodes.add(MISSING_DIRECTORY, 0);
  }

  /** The entries from here on are those of the next layer. */
  addLayer(): void {
    this.#layer++;
    this.#covered.clear();
    this.#marked.clear();
    this.#changed.clear();
    this.#lastParents = undefined;
  }

  /** Throws an ArchiveError for an entry that no Linux could have. */
  readonly entry = (entry: TarEntry): void => {
    const place = placeOf(entry.path);
    const flaw = typeof place === 'string' ? place : flawOf(entry);
    if (flaw !== undefined) throw refusal(entry, flaw);
    refuseTooMany(entry, this.#amounts.add(entry));
    this.#put(entry, place as Place);
  };

  #put(entry: TarEntry, place: Place): void {
    if (place.kind === 'ignored') return;
    if (place.kind === 'root') {
      if (entry.type !== 'directory') throw refusal(entry, 'is the root and no directory');
      this.#describe(this.root, entry);
      return;
    }
    const directory = this.#parent(entry, place.parents);
    if (place.kind !== 'entry') this.#marked.add(directory);
    if (place.kind === 'opaque') this.#hide(this.names.in(directory));
    else if (place.kind === 'whiteout') this.#hide([this.names.find(directory, place.name)]);
    else this.#putName(entry, directory, place.name);
  }

  #putName(entry: TarEntry, directory: number, text: string): void {
    const name = this.names.find(directory, text);
    const there = this.names.inode(name);
    const old = entry.type === 'directory' ? this.#uncovered(name, there) : there;
    if (entry.type === 'directory' && old !== 0 && this.inodes.isDirectory(old)) {
      // A path may lead through the link that it replaces.
      if (old !== there) this.#lastParents = undefined;
      this.#describe(old, entry);
      this.names.set(name, old, this.#layer);
      return;
    }
    const inode = entry.type === 'hardlink' ? this.#linked(entry) : this.inodes.add(entry, this.#layer);
    // A path may lead through what is replaced.
    if (old !== 0 && !this.inodes.isFile(old)) this.#lastParents = undefined;
    const put = this.names.put(directory, text, inode, this.#layer);
    if (old !== 0 && this.inodes.isDirectory(old) && this.inodes.layer(old) !== this.#layer)
      this.#covered.set(put, old);
  }

  /**
   * The directory that one of this layer continues: overlayfs merges it with that of the layers below, whatever had the
   * name before it in its archive.
   */
  #uncovered(name: number, inode: number): number {
    const covered = this.#covered.get(name);
    if (covered === undefined) return inode;
    this.#covered.delete(name);
    this.#restore(covered);
    return covered;
  }

  /**
   * Takes back what this layer has changed in a directory of the layers below, its marks included: they were in what has
   * been replaced.
   */
  #restore(directory: number): void {
    const directories = [directory];
    for (let next = directories.pop(); next !== undefined; next = directories.pop()) {
      this.#marked.delete(next);
      const attributes = this.#changed.get(next);
      if (attributes) this.inodes.describe(next, { ...attributes, type: 'directory' });
      for (const name of this.names.allIn(next)) {
        this.#covered.delete(name);
        if (this.names.layer(name) === this.#layer) this.names.restore(name);
        const inode = this.names.inode(name);
        if (inode !== 0 && this.inodes.isDirectory(inode)) directories.push(inode);
      }
    }
  }

  #describe(directory: number, attributes: TarEntry): void {
    if (this.inodes.layer(directory) !== this.#layer && !this.#changed.has(directory))
      this.#changed.set(directory, this.inodes.attributes(directory));
    this.inodes.describe(directory, attributes);
  }

  /** The inode of the target of a hard link, in this layer or in one below. */
  #linked(entry: TarEntry): number {
    const target = namesOf(entry.link);
    if (typeof target === 'string') throw refusal(entry, `is a hard link whose target ${target}`);
    const directory = this.#walk(entry, target.slice(0, -1), false);
    const inode = directory && this.names.inode(this.names.find(directory, target.at(-1) ?? ''));
    if (!inode) throw refusal(entry, `is a hard link to ${quoted(entry.link)}, which does not exist`);
    if (this.inodes.isDirectory(inode)) throw refusal(entry, 'is a hard link to a directory');
    return inode;
  }

  #parent(entry: TarEntry, parents: readonly string[]): number {
    const path = parents.join('/');
    if (path !== this.#lastParents) {
      this.#lastDirectory = this.#walk(entry, parents, true);
      this.#lastParents = path;
    }
    return this.#lastDirectory;
  }

  /**
   * The directory of a path. Symbolic links of this layer are followed within the root. Those of the layers below are
   * replaced, as Docker unpacks a layer without seeing the others.
   * @returns 0 if there is none and none is to be made
   */
  #walk(entry: TarEntry, path: readonly string[], make: boolean): number {
    const above: number[] = [];
    let directory = this.root;
    let links = 0;
    for (const todo = [...path].reverse(); todo.length > 0; ) {
      const text = todo.pop()!;
      if (text === '' || text === '.') continue;
      if (text === '..') {
        directory = above.pop() ?? this.root;
        continue;
      }
      const name = this.names.find(directory, text);
      const inode = this.names.inode(name);
      const isOfLayer = inode !== 0 && this.names.layer(name) === this.#layer;
      if (isOfLayer && this.inodes.isSymlink(inode)) {
        if (++links > MOST_LINKS) throw refusal(entry, 'goes through too many symbolic links');
        const target = this.texts.read(this.inodes.target(inode), this.inodes.size(inode));
        if (target.startsWith('/')) {
          above.length = 0;
          directory = this.root;
        }
        todo.push(...target.split('/').reverse());
        continue;
      }
      above.push(directory);
      if (inode !== 0 && this.inodes.isDirectory(inode)) directory = inode;
      else if (!make) return 0;
      else if (isOfLayer) throw refusal(entry, `lies below ${quoted(text)}, which is no directory`);
      else {
        refuseTooMany(entry, this.#amounts.addFile(text));
        directory = this.#addDirectory(directory, text);
      }
    }
    return directory;
  }

  #addDirectory(parent: number, text: string): number {
    const inode = this.inodes.add(MISSING_DIRECTORY, this.#layer);
    this.names.put(parent, text, inode, this.#layer);
    return inode;
  }

  /** Takes away what the names have of the layers below; what this layer has stays, however deep it lies. */
  #hide(names: readonly number[]): void {
    this.#lastParents = undefined;
    const below = [...names];
    // Each directory precedes what it contains. An archive may nest more of them than calls can be nested.
    for (let index = 0; index < below.length; index++) {
      const inode = this.names.inode(below[index]!);
      if (inode !== 0 && this.inodes.isDirectory(inode))
        for (const name of this.names.in(inode)) below.push(name);
    }
    for (const name of below.reverse()) {
      this.#covered.delete(name);
      const inode = this.names.inode(name);
      if (inode === 0 || this.names.layer(name) === this.#layer) continue;
      const isKept =
        this.inodes.isDirectory(inode) && (this.#marked.has(inode) || this.names.in(inode).length > 0);
      if (isKept) this.#describe(inode, MISSING_DIRECTORY);
      this.names.set(name, isKept ? inode : 0, this.#layer);
    }
  }
}

const flawOf = ({ type, link, xattrs, at, size }: TarEntry): string | undefined => {
  if (size > MOST_FILE_BYTES || at > MOST_BYTES - MOST_FILE_BYTES) return 'takes more than 1 TiB';
  if (type === 'symlink' && link === '') return 'is a symbolic link without a target';
  if (link.includes('\0')) return 'has a target with a NUL in it';
  if (type === 'symlink' && link.length > LONGEST_TARGET)
    return `has a target of ${link.length} bytes; ${LONGEST_TARGET} are the most`;
  return flawOfXattrs(xattrs);
};

const refusal = ({ path, at }: TarEntry, flaw: string): ArchiveError =>
  new ArchiveError(`has an entry that ${flaw}: ${quoted(path)}`, Math.max(0, at - 512));

const refuseTooMany = (entry: TarEntry, amount: string | undefined): void => {
  if (amount !== undefined) throw refusal(entry, `makes it ${amount}`);
};

/** A directory that has no entry but contains some: as Docker makes it, with the same time in every unpacking. */
const MISSING_DIRECTORY: TarEntry = {
  path: '',
  type: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtime: 0,
  mtimeNanoseconds: 0,
  size: 0,
  link: '',
  major: 0,
  minor: 0,
  xattrs: [],
  at: 0,
};

/** The content of a file is one chunk of at most 2^31 blocks of EROFS, whose first block has a number of 32 bits. */
const MOST_FILE_BYTES = 2 ** 40;
const MOST_BYTES = 2 ** 41;

/** As the kernel does: ELOOP. */
const MOST_LINKS = 40;

/** PATH_MAX without its NUL. */
const LONGEST_TARGET = 4095;
