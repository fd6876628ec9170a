/**
 * The memory that arguments point to: texts, structs and vectors, one after the other. A Program has thousands of them,
 * so they are written as bytes, without an object for each.
 */
export abstract class Memory {
  /** Length of the last item: bytes without the final NUL for a text, the number of parts for an iovec. */
  size = 0;
  protected buffer: Buffer;
  protected used = 0;
  #words: Int32Array;
  readonly #vectors = new Map<readonly string[], number>();
  #firstVector = Number.POSITIVE_INFINITY;

  constructor(bytes: number) {
    this.buffer = Buffer.allocUnsafeSlow(bytes);
    this.#words = viewOf(this.buffer);
  }

  /** The address of the first byte. */
  protected abstract get address(): number;

  /** Called when `bytes` more bytes after `used` do not fit. */
  protected abstract makeRoom(bytes: number): void;

  /** Copies bytes into the memory and returns their address. */
  put(bytes: Uint8Array): number {
    const at = this.#reserve(bytes.length);
    this.buffer.set(bytes, at);
    this.size = bytes.length;
    return this.address + at;
  }

  /** Writes a text with a final NUL. */
  putText(text: string): number {
    const at = this.#reserve(text.length * MOST_BYTES + 1);
    const end = at + this.buffer.write(text, at);
    this.buffer[end] = 0;
    this.used = end + 1;
    this.size = end - at;
    return this.address + at;
  }

  putWords(words: readonly number[]): number {
    const at = this.#reserve(words.length * 8);
    for (let index = 0; index < words.length; index++) this.setWord(at + index * 8, words[index]!);
    this.size = words.length * 8;
    return this.address + at;
  }

  /**
   * Writes a null-terminated vector of texts, each vector once: the many execve(2) steps of a Program share one
   * environment, which may be large.
   */
  putTexts(texts: readonly string[]): number {
    const known = this.#vectors.get(texts);
    if (known !== undefined) return known;
    const address = this.putWords([...texts.map((text) => this.putText(text)), 0]);
    this.#vectors.set(texts, address);
    this.#firstVector = Math.min(this.#firstVector, address);
    return address;
  }

  putZeros(bytes: number): number {
    const at = this.#reserve(bytes);
    this.buffer.fill(0, at, at + bytes);
    this.size = bytes;
    return this.address + at;
  }

  /** Writes a signed or unsigned 64-bit word; addresses and sizes are whole numbers below 2^53. */
  setWord(offset: number, value: number): void {
    const at = offset >> 2;
    // An Int32Array stores the lower 32 bits of a number.
    this.#words[at] = value;
    this.#words[at + 1] = Math.floor(value / 2 ** 32);
  }

  /** Discards all content. */
  protected empty(): void {
    this.used = 0;
    this.#vectors.clear();
    this.#firstVector = Number.POSITIVE_INFINITY;
  }

  /** Forgets the vectors in a range that is about to be overwritten. */
  protected forget(begin: number, end: number): void {
    if (this.address + end <= this.#firstVector) return;
    for (const [texts, address] of this.#vectors)
      if (address >= this.address + begin && address < this.address + end) this.#vectors.delete(texts);
  }

  protected replace(buffer: Buffer): void {
    this.buffer = buffer;
    this.#words = viewOf(buffer);
  }

  #reserve(bytes: number): number {
    this.used = (this.used + 7) & ~7;
    if (this.used + bytes > this.buffer.length) this.makeRoom(bytes);
    const at = this.used;
    this.used += bytes;
    return at;
  }
}

/** One UTF-16 unit is at most three bytes of UTF-8. */
const MOST_BYTES = 3;

const viewOf = ({ buffer, byteOffset, byteLength }: Buffer): Int32Array =>
  new Int32Array(buffer, byteOffset, byteLength >> 2);
