/**
 * What calls point to: texts, structs and vectors, one behind the other. Programs have thousands of them, so nothing is
 * made for them but the bytes themselves.
 */
export abstract class Memory {
  /** Bytes of what was put last; for a text without the NUL behind it, for an iovec the number of its parts. */
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

  /** Where the first byte lies. */
  protected abstract get address(): number;

  /** Called when so many bytes from `used` on do not fit. */
  protected abstract makeRoom(bytes: number): void;

  /** Copies bytes to where the call will find them, and returns their address. */
  put(bytes: Uint8Array): number {
    const at = this.#reserve(bytes.length);
    this.buffer.set(bytes, at);
    this.size = bytes.length;
    return this.address + at;
  }

  /** A text with a NUL behind it. */
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
   * A null-terminated vector of texts. One that was put before is there already: execve(2) is tried with many paths and
   * one environment, which may be large.
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

  /** A signed or unsigned word of 64 bits; addresses and sizes are whole numbers below 2^53. */
  setWord(offset: number, value: number): void {
    const at = offset >> 2;
    // An element of an Int32Array takes the lower 32 bits of whatever it is given.
    this.#words[at] = value;
    this.#words[at + 1] = Math.floor(value / 2 ** 32);
  }

  /** Begins anew. */
  protected empty(): void {
    this.used = 0;
    this.#vectors.clear();
    this.#firstVector = Number.POSITIVE_INFINITY;
  }

  /** Vectors that were put there are about to be overwritten. */
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

/** UTF-8 of one UTF-16 unit. */
const MOST_BYTES = 3;

const viewOf = ({ buffer, byteOffset, byteLength }: Buffer): Int32Array =>
  new Int32Array(buffer, byteOffset, byteLength >> 2);
