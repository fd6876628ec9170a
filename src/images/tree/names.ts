import { Column } from './column.ts';
import type { Inodes } from './inodes.ts';

/**
 * The names in the directories of a tree, by number, from 1 on. A name whose inode is 0 is absent: it was taken away, and
 * may come again.
 */
export class Names {
  readonly #inodes: Inodes;
  #count = 0;
  readonly #text = new Column(Uint32Array);
  readonly #length = new Column(Uint8Array);
  readonly #directory = new Column(Uint32Array);
  readonly #inode = new Column(Uint32Array);
  readonly #layer = new Column(Uint16Array);
  /** The entry of the layers below, where the layer has changed it. */
  readonly #inodeBelow = new Column(Uint32Array);
  readonly #layerBelow = new Column(Uint16Array);
  /** The next name of the same directory, and of the same bucket. */
  readonly #next = new Column(Uint32Array);
  readonly #inBucket = new Column(Uint32Array);
  #buckets = new Uint32Array(1 << 12);

  constructor(inodes: Inodes) {
    this.#inodes = inodes;
  }

  get count(): number {
    return this.#count;
  }

  /** The name in the directory; 0 if it was never there. */
  find(directory: number, text: string): number {
    let name = this.#buckets[hashOf(directory, text) & (this.#buckets.length - 1)]!;
    while (name !== 0 && !this.#is(name, directory, text)) name = this.#inBucket.get(name);
    return name;
  }

  /** Gives the inode a name in the directory: in place of the inode that has it. */
  put(directory: number, text: string, inode: number, layer: number): number {
    const name = this.find(directory, text) || this.#add(directory, text);
    this.set(name, inode, layer);
    return name;
  }

  set(name: number, inode: number, layer: number): void {
    if (layer !== this.#layer.get(name)) {
      this.#inodeBelow.set(name, this.#inode.get(name));
      this.#layerBelow.set(name, this.#layer.get(name));
    }
    this.#inode.set(name, inode);
    this.#layer.set(name, layer);
  }

  /** Makes a name that its layer has changed what it is in the layers below. */
  restore(name: number): void {
    this.#inode.set(name, this.#inodeBelow.get(name));
    this.#layer.set(name, this.#layerBelow.get(name));
  }

  inode(name: number): number {
    return this.#inode.get(name);
  }
  /** The layer that has the name: of a directory, the last one with an entry for it. */
  layer(name: number): number {
    return this.#layer.get(name);
  }
  length(name: number): number {
    return this.#length.get(name);
  }
  /** Where it lies in the texts. */
  text(name: number): number {
    return this.#text.get(name);
  }

  /** The names that a directory has, in no order. */
  in(directory: number): readonly number[] {
    return this.allIn(directory).filter((name) => this.#inode.get(name) !== 0);
  }

  /** The same with those that are absent. */
  allIn(directory: number): readonly number[] {
    const found: number[] = [];
    for (let name = this.#inodes.firstName(directory); name !== 0; name = this.#next.get(name))
      found.push(name);
    return found;
  }

  #is(name: number, directory: number, text: string): boolean {
    return (
      this.#directory.get(name) === directory &&
      this.#length.get(name) === text.length &&
      this.#inodes.texts.is(this.#text.get(name), text)
    );
  }

  #add(directory: number, text: string): number {
    const name = ++this.#count;
    if (name > this.#buckets.length) this.#growBuckets();
    this.#text.set(name, this.#inodes.texts.add(text));
    this.#length.set(name, text.length);
    this.#directory.set(name, directory);
    this.#next.set(name, this.#inodes.firstName(directory));
    this.#inodes.setFirstName(directory, name);
    this.#link(name, hashOf(directory, text));
    return name;
  }

  #link(name: number, hash: number): void {
    const bucket = hash & (this.#buckets.length - 1);
    this.#inBucket.set(name, this.#buckets[bucket]!);
    this.#buckets[bucket] = name;
  }

  #growBuckets(): void {
    this.#buckets = new Uint32Array(this.#buckets.length * 2);
    for (let name = 1; name < this.#count; name++) {
      const text = this.#inodes.texts.read(this.#text.get(name), this.#length.get(name));
      this.#link(name, hashOf(this.#directory.get(name), text));
    }
  }
}

/** FNV-1a of the bytes, begun with the number of the directory. */
const hashOf = (directory: number, text: string): number => {
  let hash = Math.imul(0x811c9dc5 ^ directory, 0x01000193);
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
};
