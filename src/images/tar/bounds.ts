import type { TarEntry } from './entry.ts';

/** Bounds of layers. Serious ones have far less, and this much fits into memory and onto a disk. */
export type Bounds = {
  /** Files of all kinds and directories, those that the archive only goes through included. */
  readonly files: number;
  /** Bytes of names and of targets of links. */
  readonly textBytes: number;
  /** Bytes of extended attributes, for each file that has them: one header can give them to all. */
  readonly attributeBytes: number;
  /** Parts of sparse files. */
  readonly parts: number;
};

export const BOUNDS: Bounds = {
  files: 4_000_000,
  textBytes: 2 ** 29,
  attributeBytes: 2 ** 28,
  parts: 2 ** 20,
};

/** Adds up what layers have. A few bytes become much of it: entries of the same bytes shrink to nothing. */
export class Amounts {
  readonly #bounds: Bounds;
  #files = 0;
  #textBytes = 0;
  #attributeBytes = 0;
  #parts = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** @returns the end of a sentence about the layers if there is too much of something */
  add({ path, link, xattrs, data }: TarEntry): string | undefined {
    this.#textBytes += link.length + path.length - path.lastIndexOf('/');
    this.#parts += data?.length ?? 0;
    for (const [name, value] of xattrs) this.#attributeBytes += name.length + value.length;
    return this.addFile();
  }

  /** A directory that has no entry. */
  addFile(name = ''): string | undefined {
    this.#files++;
    this.#textBytes += name.length;
    const { files, textBytes, attributeBytes, parts } = this.#bounds;
    if (this.#files > files) return `more than ${files} files`;
    if (this.#textBytes > textBytes) return `more than ${textBytes} bytes of names`;
    if (this.#attributeBytes > attributeBytes)
      return `more than ${attributeBytes} bytes of extended attributes`;
    if (this.#parts > parts) return `more than ${parts} parts of sparse files`;
    return undefined;
  }
}
