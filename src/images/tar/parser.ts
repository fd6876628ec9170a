import type { TarEntry } from './entry.ts';
import { type Extensions, readHeader } from './fields.ts';
import { BLOCK, FIELDS, hasChecksum, isZero, numberField, padding, textField, typeOf } from './header.ts';
import { type PaxRecords, readPax } from './pax.ts';
import { ArchiveError, quoted } from './refusal.ts';
import { readSparse, type SparseReader } from './sparse.ts';

/** Takes what a parser finds, in the order of the archive. An error that it throws ends the parsing. */
export type TarSink = {
  readonly entry: (entry: TarEntry) => void;
  /** A piece of the content of the last entry, holes left out. It is valid until the call returns. */
  readonly data?: (bytes: Buffer) => void;
  /** The content of the last entry is complete; also called for an entry without content. */
  readonly end?: () => void;
};

/**
 * Reads tar archives of all kinds in use: v7, ustar, pax with global headers, GNU tar with long names, large numbers
 * and its four forms of sparse files. Takes the archive in pieces of any size and keeps no more of it than headers.
 * Throws an ArchiveError where the archive is damaged. Names are given as they are written; `names.ts` reads them.
 */
export class TarParser {
  readonly #sink: TarSink;
  /** The part of the archive that the next byte belongs to, and its place. */
  #state: State = 'header';
  #offset = 0;
  /** A block that came in several pieces. */
  readonly #block = Buffer.alloc(BLOCK);
  #filled = 0;
  /** The header of the current entry, for messages. */
  #start = 0;
  #name = '';
  /** Bytes that are still to come of the content or of an extended header, and those behind it to the next block. */
  #left = 0;
  #padding = 0;
  #zeroBlocks = 0;
  #extended: Extended | undefined;
  /** The fields of the extended headers since the last entry. */
  #extensions: Extensions | undefined;
  readonly #global: PaxRecords = new Map();
  #globalBytes = 0;
  #entryBytes = 0;
  #sparse: { readonly header: TarEntry; readonly reader: SparseReader } | undefined;

  constructor(sink: TarSink) {
    this.#sink = sink;
  }

  /** Whether the end mark came. What follows it is left alone. */
  get isComplete(): boolean {
    return this.#state === 'ended';
  }

  feed(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += this.#take(bytes, at);
  }

  /**
   * Passes over content that nobody takes, as if it had been fed.
   * @param most the bytes that the archive still has
   * @returns the bytes that need not be read
   */
  skip(most: number): number {
    if (this.#state !== 'content' || this.#sink.data) return 0;
    const skipped = Math.min(this.#left, most);
    this.#passContent(skipped);
    return skipped;
  }

  /** The archive ends here. Some programs leave out the end mark, so it may end behind any entry. */
  finish(): void {
    if (this.#filled > 0 || this.#state === 'extended')
      throw this.#refusal('ends within a header', this.#offset);
    if (this.#state === 'content' || this.#state === 'sparse' || this.#state === 'padding')
      throw this.#refusal(`ends within the content of ${quoted(this.#name)}`, this.#offset);
    if (this.#extensions) throw this.#refusal('ends behind an extended header', this.#offset);
  }

  /** Takes bytes from `at` on: how many. */
  #take(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'header':
      case 'sparse':
        return this.#takeBlock(bytes, at);
      case 'content':
      case 'extended': {
        const part = bytes.subarray(at, at + this.#left);
        if (this.#state === 'content') this.#sink.data?.(part);
        else this.#extended!.parts.push(Buffer.from(part));
        this.#passContent(part.length);
        return part.length;
      }
      case 'padding': {
        const skipped = Math.min(this.#padding, bytes.length - at);
        this.#offset += skipped;
        this.#padding -= skipped;
        if (this.#padding === 0) this.#state = 'header';
        return skipped;
      }
      case 'ended':
        return bytes.length - at;
    }
  }

  #passContent(bytes: number): void {
    this.#offset += bytes;
    this.#left -= bytes;
    if (this.#left === 0) this.#endContent();
  }

  #takeBlock(bytes: Buffer, at: number): number {
    if (this.#filled === 0 && bytes.length - at >= BLOCK) {
      this.#offset += BLOCK;
      this.#readBlock(bytes.subarray(at, at + BLOCK));
      return BLOCK;
    }
    const copied = bytes.copy(this.#block, this.#filled, at);
    this.#filled += copied;
    this.#offset += copied;
    if (this.#filled === BLOCK) {
      this.#filled = 0;
      this.#readBlock(this.#block);
    }
    return copied;
  }

  #readBlock(block: Buffer): void {
    if (this.#state === 'sparse') this.#continueSparse(block);
    else if (isZero(block)) this.#readZeros();
    else this.#readHeader(block);
  }

  #readZeros(): void {
    if (this.#extensions) throw this.#refusal('ends behind an extended header', this.#offset);
    this.#zeroBlocks++;
    if (this.#zeroBlocks === 2) this.#state = 'ended';
  }

  #readHeader(block: Buffer): void {
    this.#start = this.#offset - BLOCK;
    this.#zeroBlocks = 0;
    if (!hasChecksum(block)) throw this.#refusal('has a header with a wrong checksum');
    const type = typeOf(block);
    if (EXTENDED.includes(type)) this.#beginExtended(type, block);
    else this.#beginEntry(type, block);
  }

  #beginExtended(type: string, block: Buffer): void {
    const size = numberField(block, FIELDS.size);
    if (size === undefined || size < 0) throw this.#refusal('has an extended header whose size is no number');
    // Each global header adds to those before it, and the others to those of the same entry.
    if (type === 'g') this.#globalBytes += size;
    else this.#entryBytes += size;
    if (this.#globalBytes > MOST_EXTENDED || this.#entryBytes > MOST_EXTENDED)
      throw this.#refusal('has an extended header that is too large');
    this.#extended = { type, parts: [] };
    this.#left = size;
    this.#padding = padding(size);
    this.#state = 'extended';
    if (size === 0) this.#endContent();
  }

  #endExtended({ type, parts }: Extended): void {
    const bytes = Buffer.concat(parts);
    if (type === 'g') this.#readRecords(bytes, this.#global, []);
    else {
      this.#extensions ??= { pax: new Map(this.#global), pairs: [] };
      if (type === 'x') this.#readRecords(bytes, this.#extensions.pax, this.#extensions.pairs);
      else this.#extensions[type === 'L' ? 'name' : 'link'] = textField(bytes, [0, bytes.length]);
    }
  }

  #readRecords(bytes: Buffer, into: PaxRecords, pairs: number[]): void {
    const flaw = readPax(bytes, into, pairs);
    if (flaw !== undefined) throw this.#refusal(`has an extended header that ${flaw}`);
  }

  #beginEntry(type: string, block: Buffer): void {
    const extensions = this.#extensions ?? { pax: this.#global, pairs: [] };
    this.#extensions = undefined;
    this.#entryBytes = 0;
    const header = readHeader(block, extensions, this.#offset);
    if (typeof header === 'string') throw this.#refusal(header);
    this.#name = header.path;
    this.#left = header.size;
    this.#padding = padding(header.size);
    const reader = header.type === 'file' ? readSparse(type, block, extensions) : undefined;
    if (!reader) this.#beginContent(header);
    else {
      this.#sparse = { header, reader };
      this.#state = 'sparse';
      if (reader.isComplete) this.#endSparse();
    }
  }

  #continueSparse(block: Buffer): void {
    const { reader } = this.#sparse!;
    if (reader.isContent) this.#left -= BLOCK;
    if (this.#left < 0 || !reader.take(block))
      throw this.#refusal(`has ${quoted(this.#name)} with a damaged map of holes`);
    if (reader.isComplete) this.#endSparse();
  }

  #endSparse(): void {
    const { header, reader } = this.#sparse!;
    this.#sparse = undefined;
    const map = reader.mapFor(this.#left);
    if (!map) throw this.#refusal(`has ${quoted(this.#name)} with a damaged map of holes`);
    this.#beginContent({ ...header, size: map.size, at: this.#offset, data: map.parts });
  }

  #beginContent(entry: TarEntry): void {
    this.#sink.entry(entry);
    this.#state = 'content';
    if (this.#left === 0) this.#endContent();
  }

  #endContent(): void {
    const extended = this.#extended;
    this.#extended = undefined;
    this.#state = this.#padding > 0 ? 'padding' : 'header';
    if (extended) this.#endExtended(extended);
    else this.#sink.end?.();
  }

  #refusal(reason: string, offset = this.#start): ArchiveError {
    return new ArchiveError(reason, offset);
  }
}

type State = 'header' | 'extended' | 'sparse' | 'content' | 'padding' | 'ended';

type Extended = { readonly type: string; readonly parts: Buffer[] };

const EXTENDED = ['x', 'g', 'L', 'K'];

/** Bytes of the extended headers of an entry, and of all global ones: what they say is kept in memory. */
const MOST_EXTENDED = 1 << 20;
