import { type Room, roomFor, roomOf } from '../ffi/files.ts';
import { must } from './call.ts';

/**
 * Reads the entries of one directory, a batch of getdents64(2) at a time: a directory may have any number of them.
 * The fields of the current entry are valid until the next call of `advance`.
 */
export class DirectoryReader {
  readonly #room = roomFor(BATCH_BYTES);
  #length = 0;
  #next = 0;
  #current = 0;

  /** Moves to the next entry; false after the last one. `.` and `..` are left out. */
  advance(directory: number): boolean {
    do {
      if (this.#next >= this.#length) {
        this.#length = must('getdents64', directory, this.#room.address, BATCH_BYTES);
        this.#next = 0;
        if (this.#length === 0) return false;
      }
      this.#current = this.#next;
      this.#next += this.#room.bytes.readUInt16LE(this.#current + RECORD_LENGTH);
    } while (this.#isDots());
    return true;
  }

  /** The address of its name, a C string. */
  get name(): number {
    return this.#room.address + this.#current + NAME;
  }

  /** DT_REG, DT_DIR … */
  get type(): number {
    return this.#room.bytes[this.#current + TYPE]!;
  }

  /** A copy of its name, a C string, for later. */
  keepName(): Room {
    const begin = this.#current + NAME;
    return roomOf(Buffer.from(this.#room.bytes.subarray(begin, this.#room.bytes.indexOf(0, begin) + 1)));
  }

  /** Where lseek(2) continues after the current entry. */
  get position(): bigint {
    return this.#room.bytes.readBigInt64LE(this.#current + POSITION);
  }

  /** Forgets what has been read, for another directory. */
  reset(): this {
    this.#length = 0;
    this.#next = 0;
    return this;
  }

  #isDots(): boolean {
    const { bytes } = this.#room;
    const begin = this.#current + NAME;
    if (bytes[begin] !== DOT) return false;
    return bytes[begin + 1] === 0 || (bytes[begin + 1] === DOT && bytes[begin + 2] === 0);
  }
}

const BATCH_BYTES = 32 * 1024;

// struct linux_dirent64
const POSITION = 8;
const RECORD_LENGTH = 16;
const TYPE = 18;
const NAME = 19;

const DOT = '.'.charCodeAt(0);
