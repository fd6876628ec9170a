import type { Extensions } from './fields.ts';
import { BLOCK, numberField } from './header.ts';
import { decimal } from './pax.ts';

/** Reads which parts of a sparse file are in the archive. */
export type SparseReader = {
  readonly isComplete: boolean;
  /** Whether the blocks that it takes are part of the entry's content. */
  readonly isContent: boolean;
  /** Takes the next block; false if it is damaged. */
  readonly take: (block: Buffer) => boolean;
  /**
   * The size of the file with its holes, and its parts in order.
   * @param stored bytes of content in the archive, which the parts must have together
   */
  readonly mapFor: (stored: number) => SparseMap | undefined;
};

export type SparseMap = { readonly size: number; readonly parts: Parts };
type Parts = readonly { readonly offset: number; readonly size: number }[];

/** A reader for an entry of one of the forms that GNU tar writes; undefined if the file is in one piece. */
export const readSparse = (
  type: string,
  block: Buffer,
  { pax, pairs }: Extensions,
): SparseReader | undefined => {
  if (type === 'S') return new OldForm(block);
  const size = pax.get('GNU.sparse.realsize') ?? pax.get('GNU.sparse.size');
  if (!size) return undefined;
  if (pax.get('GNU.sparse.major')?.toString('latin1') === '1') return new LeadingForm(decimal(size));
  const list = pax.get('GNU.sparse.map');
  return new RecordForm(decimal(size), list ? pairsOfList(list) : pairs);
};

/** Formats 0.0 and 0.1: all pairs are in the extended header. */
class RecordForm implements SparseReader {
  readonly isComplete = true;
  readonly isContent = false;
  readonly #size: number | undefined;
  readonly #pairs: readonly number[] | undefined;

  constructor(size: number | undefined, pairs: readonly number[] | undefined) {
    this.#size = size;
    this.#pairs = pairs;
  }

  take(): boolean {
    return false;
  }

  mapFor(stored: number): SparseMap | undefined {
    return mapOf(this.#pairs, this.#size, stored);
  }
}

/** `0,512,4096,512`: pairs of offset and size. */
const pairsOfList = (value: Buffer): readonly number[] | undefined => {
  if (value.length === 0) return [];
  const numbers = value
    .toString('latin1')
    .split(',')
    .map((text) => decimal(Buffer.from(text)));
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
};

/** Type S: four pairs in the header, and 21 in each block that continues it. */
class OldForm implements SparseReader {
  readonly isContent = false;
  isComplete = false;
  readonly #size: number | undefined;
  readonly #pairs: number[] = [];
  #isDamaged = false;

  constructor(header: Buffer) {
    this.#size = numberField(header, [483, 12]);
    this.#isDamaged = !this.#read(header, 386, 4);
    this.isComplete = header[482] === 0;
  }

  take(block: Buffer): boolean {
    this.isComplete = block[504] === 0;
    return this.#read(block, 0, 21);
  }

  mapFor(stored: number): SparseMap | undefined {
    return this.#isDamaged ? undefined : mapOf(this.#pairs, this.#size, stored);
  }

  #read(block: Buffer, begin: number, count: number): boolean {
    for (let at = begin; at < begin + count * 24 && block[at] !== 0; at += 24)
      for (const field of [at, at + 12]) {
        const number = numberField(block, [field, 12]);
        if (number === undefined) return false;
        this.#pairs.push(number);
      }
    return this.#pairs.length <= MOST_PARTS * 2;
  }
}

/**
 * Format 1.0: the content begins with lines of decimal numbers, the first of them the number of pairs, filled up to a
 * whole block.
 */
class LeadingForm implements SparseReader {
  readonly isContent = true;
  isComplete = false;
  readonly #size: number | undefined;
  readonly #numbers: number[] = [];
  #line = '';

  constructor(size: number | undefined) {
    this.#size = size;
  }

  take(block: Buffer): boolean {
    for (let at = 0; at < BLOCK && !this.isComplete; ) {
      const end = block.indexOf(0x0a, at);
      this.#line += block.toString('latin1', at, end < 0 ? BLOCK : end);
      if (this.#line.length > MOST_DIGITS) return false;
      if (end < 0) return true;
      const number = decimal(Buffer.from(this.#line));
      if (number === undefined) return false;
      this.#numbers.push(number);
      this.#line = '';
      at = end + 1;
      const count = this.#numbers[0]!;
      if (count > MOST_PARTS) return false;
      this.isComplete = this.#numbers.length === 1 + count * 2;
    }
    return true;
  }

  mapFor(stored: number): SparseMap | undefined {
    return mapOf(this.#numbers.slice(1), this.#size, stored);
  }
}

/** The pairs as parts, if these lie in order within the file and have as much content as the archive. */
const mapOf = (
  pairs: readonly number[] | undefined,
  size: number | undefined,
  stored: number,
): SparseMap | undefined => {
  if (!pairs || size === undefined || pairs.length % 2 !== 0 || pairs.length > MOST_PARTS * 2)
    return undefined;
  const parts: { readonly offset: number; readonly size: number }[] = [];
  let end = 0;
  let content = 0;
  for (let at = 0; at < pairs.length; at += 2) {
    const [offset, length] = [pairs[at]!, pairs[at + 1]!];
    if (offset < end || length < 0 || offset + length > size) return undefined;
    end = offset + length;
    content += length;
    // The last pair of GNU tar is empty and marks the end of the file.
    if (length > 0) parts.push({ offset, size: length });
  }
  return content === stored ? { size, parts } : undefined;
};

const MOST_PARTS = 1 << 20;
const MOST_DIGITS = 16;
