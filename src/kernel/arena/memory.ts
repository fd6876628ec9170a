import { Memory } from '../memory.ts';
import {
  ARENA_ADDRESS,
  FIRST_ROW,
  NOT_REACHED,
  ROW_BYTES,
  ROW_WORDS,
  resultOffset,
  rowOffset,
} from './layout.ts';

/** The memory of one arena after the other. */
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

  /** Begins anew, with rows that call nothing: the result stays in its row, and no error is tolerated. */
  clear(rows: number): void {
    this.empty();
    this.putZeros(FIRST_ROW);
    if (this.#blank.length < rows * ROW_BYTES) this.#blank = blankRows(rows);
    this.put(this.#blank.subarray(0, rows * ROW_BYTES));
    this.setWord(0, ARENA_ADDRESS + rowOffset(-1));
  }

  /** Leaves some room behind data that begin there, for those of another container may be longer. */
  spare(begin: number): void {
    if (this.used > begin) this.putZeros(SPARE_BYTES + ((this.used - begin) >> 2));
  }

  /** What is put from here on goes over what was put there before. */
  reopen(begin: number, limit: number): void {
    this.#begin = begin;
    this.#end = this.used;
    this.#limit = limit;
    this.forget(begin, limit);
    this.used = begin;
  }

  /** Whether that had room, and does not waste much. Nothing of what was there before is left behind it. */
  shut(): boolean {
    const rest = this.#limit - this.used;
    const put = this.used - this.#begin;
    if (rest >= 0) fill.call(this.buffer, 0, this.used, this.#limit);
    this.used = this.#end;
    return rest >= 0 && rest < MOST_WASTED + put;
  }

  /** Whole words. */
  bytes(): Buffer {
    return this.buffer.subarray(0, (this.used + 7) & ~7);
  }

  protected makeRoom(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(((this.used + bytes) * 2 + 7) & ~7);
    larger.set(this.buffer);
    this.replace(larger);
  }
}

// That of Buffer looks at its arguments for longer than it fills.
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
