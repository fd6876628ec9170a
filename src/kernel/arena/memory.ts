import { Memory } from '../program/memory.ts';
import {
  ARENA_ADDRESS,
  FIRST_ROW,
  NOT_REACHED,
  ROW_BYTES,
  ROW_WORDS,
  resultOffset,
  rowOffset,
} from './layout.ts';

/** The memory in which all arenas are built, one after the other. */
export class ArenaMemory extends Memory {
  #blank: Uint8Array = new Uint8Array();
  #begin = 0;
  #end = 0;
  #limit = 0;

  protected get address(): number {
    return ARENA_ADDRESS;
  }

  get end(): number {
    return this.used;
  }

  /** Discards all content and writes blank rows: the result is copied to its own row, and no error is tolerated. */
  clear(rows: number): void {
    this.empty();
    this.putZeros(FIRST_ROW);
    if (this.#blank.length < rows * ROW_BYTES) this.#blank = blankRows(rows);
    this.put(this.#blank.subarray(0, rows * ROW_BYTES));
    this.setWord(0, ARENA_ADDRESS + rowOffset(-1));
  }

  /** Leaves some space after the data of a row, because the data of the next container may be longer. */
  spare(begin: number): void {
    if (this.used > begin) this.putZeros(SPARE_BYTES + ((this.used - begin) >> 2));
  }

  /** From here on, data overwrite the range from `begin` to `limit`. */
  reopen(begin: number, limit: number): void {
    this.#begin = begin;
    this.#end = this.used;
    this.#limit = limit;
    this.forget(begin, limit);
    this.used = begin;
  }

  /** Ends the overwriting: zeros fill the rest of the range. Returns whether the data fit and waste little space. */
  shut(): boolean {
    const rest = this.#limit - this.used;
    const put = this.used - this.#begin;
    if (rest >= 0) fill.call(this.buffer, 0, this.used, this.#limit);
    this.used = this.#end;
    return rest >= 0 && rest < MOST_WASTED + put;
  }

  /** The content, in whole words. */
  bytes(): Buffer {
    return this.buffer.subarray(0, (this.used + 7) & ~7);
  }

  protected makeRoom(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(((this.used + bytes) * 2 + 7) & ~7);
    larger.set(this.buffer);
    this.replace(larger);
  }
}

// Faster than fill() of Buffer, which spends more time on its arguments than on short ranges.
const { fill } = Uint8Array.prototype;

const SPARE_BYTES = 24;
const MOST_WASTED = 4096;

const blankRows = (count: number): Uint8Array => {
  const words = new BigInt64Array(count * ROW_WORDS);
  for (let row = 0; row < count; row++) {
    words[row * ROW_WORDS + 7] = BigInt(ARENA_ADDRESS + resultOffset(row));
    words[row * ROW_WORDS + 8] = BigInt(NOT_REACHED);
    words[row * ROW_WORDS + 10] = BigInt(NOT_REACHED);
  }
  return new Uint8Array(words.buffer);
};
