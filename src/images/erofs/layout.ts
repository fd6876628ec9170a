import type { Tree } from '../tree/tree.ts';
import { alignTo, BLOCK, CHUNK_BYTES, DIRENT_BYTES, encodeXattrs, INODE_BYTES, SLOT } from './format.ts';

/** In the order of a directory: the names of the directory itself and of its parent. */
export const SELF = 0xffff_ffff;
const PARENT = 0xffff_fffe;

/**
 * Where everything lies in an EROFS image: the inodes, breadth first, so that those of one directory lie together; then
 * the blocks of directories in the same order; then targets that are too long to follow their inode.
 */
export class Layout {
  readonly tree: Tree;
  /** The inodes of the tree in their order on disk, and those of them that are directories. */
  readonly order: Uint32Array;
  inodeCount = 0;
  readonly directories: Uint32Array;
  directoryCount = 0;
  /** By inode: its slot + 1, 0 if it is not in the tree any more. */
  readonly #slots: Uint32Array;
  readonly #links: Uint32Array;
  /** By inode of a directory: its parent, size, and first block; of a long symbolic link: its first block. */
  readonly #parents: Uint32Array;
  readonly #sizes: Float64Array;
  readonly #blocks: Uint32Array;
  /** The sorted names of all directories, one directory after the other. */
  readonly sorted: Uint32Array;
  #sortedCount = 0;
  slotCount = 0;
  /** Blocks behind the inodes. */
  blockCount = 0;
  readonly longLinks: number[] = [];
  readonly #xattrs = new Map<number, Buffer>();
  readonly #dots: number;

  constructor(tree: Tree) {
    const { inodes, names } = tree;
    this.tree = tree;
    this.#dots = tree.texts.add('..');
    this.#slots = new Uint32Array(inodes.count + 1);
    this.#links = new Uint32Array(inodes.count + 1);
    this.#parents = new Uint32Array(inodes.count + 1);
    this.#sizes = new Float64Array(inodes.count + 1);
    this.#blocks = new Uint32Array(inodes.count + 1);
    this.order = new Uint32Array(inodes.count);
    this.directories = new Uint32Array(countDirectories(tree));
    this.sorted = new Uint32Array(names.count + 2 * this.directories.length);
    this.#place(tree.root, tree.root);
    for (let index = 0; index < this.directoryCount; index++) this.#read(this.directories[index]!);
    this.#placeLongLinks();
  }

  slot(inode: number): number {
    return this.#slots[inode]! - 1;
  }
  links(inode: number): number {
    return this.#links[inode]!;
  }
  /** Bytes of the content: of a directory those of its entries. */
  size(inode: number): number {
    return this.tree.inodes.isDirectory(inode) ? this.#sizes[inode]! : this.tree.inodes.size(inode);
  }
  /** The first block behind the inodes that belongs to a directory or a long symbolic link. */
  block(inode: number): number {
    return this.#blocks[inode]!;
  }
  xattrs(inode: number): Buffer {
    const set = this.tree.inodes.xattrSet(inode);
    const known = this.#xattrs.get(set);
    if (known) return known;
    const encoded = encodeXattrs(this.tree.inodes.xattrs(inode));
    this.#xattrs.set(set, encoded);
    return encoded;
  }
  /** Whether the target of a symbolic link follows its inode. */
  isInline(inode: number): boolean {
    return INODE_BYTES + this.xattrs(inode).length + this.tree.inodes.size(inode) <= BLOCK;
  }

  /** The inode that a name of a directory means. */
  inodeOf(directory: number, name: number): number {
    if (name === SELF) return directory;
    return name === PARENT ? this.#parents[directory]! : this.tree.names.inode(name);
  }
  textOf(name: number): number {
    return name >= PARENT ? this.#dots : this.tree.names.text(name);
  }
  lengthOf(name: number): number {
    if (name === SELF) return 1;
    return name === PARENT ? 2 : this.tree.names.length(name);
  }

  #place(inode: number, parent: number): void {
    this.#links[inode]!++;
    if (this.#slots[inode] !== 0) return;
    const { inodes } = this.tree;
    const head = INODE_BYTES + this.xattrs(inode).length;
    let slot = this.slotCount;
    let bytes = head;
    if (inodes.isFile(inode) && inodes.size(inode) > 0) bytes = alignTo(head, CHUNK_BYTES) + CHUNK_BYTES;
    else if (inodes.isSymlink(inode) && this.isInline(inode)) {
      bytes += inodes.size(inode);
      // Content that follows an inode must not go on in another block.
      if (((slot * SLOT) % BLOCK) + bytes > BLOCK) slot = alignTo(slot, BLOCK / SLOT);
    } else if (inodes.isSymlink(inode)) this.longLinks.push(inode);
    this.#slots[inode] = slot + 1;
    this.slotCount = slot + Math.ceil(bytes / SLOT);
    this.order[this.inodeCount++] = inode;
    if (!inodes.isDirectory(inode)) return;
    this.#parents[inode] = parent;
    this.directories[this.directoryCount++] = inode;
  }

  #read(directory: number): void {
    const { texts, names, inodes } = this.tree;
    const from = this.#sortedCount;
    for (const name of names.in(directory)) this.sorted[this.#sortedCount++] = name;
    this.sorted[this.#sortedCount++] = SELF;
    this.sorted[this.#sortedCount++] = PARENT;
    const sorted = this.sorted.subarray(from, this.#sortedCount);
    sorted.sort((left, right) =>
      texts.compare(this.textOf(left), this.lengthOf(left), this.textOf(right), this.lengthOf(right)),
    );
    let full = 0;
    let used = 0;
    for (const name of sorted) {
      const bytes = DIRENT_BYTES + this.lengthOf(name);
      if (used + bytes > BLOCK) {
        full++;
        used = 0;
      }
      used += bytes;
      if (name >= PARENT) continue;
      const inode = names.inode(name);
      this.#place(inode, directory);
      // `..` in a directory is a link to its parent.
      if (inodes.isDirectory(inode)) this.#links[directory]!++;
    }
    // A directory has a link from itself; the root, which no other directory has, has one from `..` as well.
    this.#links[directory]!++;
    this.#sizes[directory] = full * BLOCK + used;
    this.#blocks[directory] = this.blockCount;
    this.blockCount += full + 1;
  }

  #placeLongLinks(): void {
    for (const inode of this.longLinks) {
      this.#blocks[inode] = this.blockCount;
      this.blockCount += Math.ceil(this.tree.inodes.size(inode) / BLOCK);
    }
  }
}

const countDirectories = ({ inodes }: Tree): number => {
  let count = 0;
  for (let inode = 1; inode <= inodes.count; inode++) if (inodes.isDirectory(inode)) count++;
  return count;
};
