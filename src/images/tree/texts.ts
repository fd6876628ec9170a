/** Bytes of names and of targets of symbolic links, one after the other. */
export class Texts {
  #bytes = Buffer.allocUnsafeSlow(1 << 16);
  #used = 0;

  /** Where the text lies from now on. */
  add(text: string): number {
    const at = this.#used;
    if (at + text.length > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.ceil((at + text.length) * 1.5));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    this.#bytes.write(text, at, 'latin1');
    this.#used += text.length;
    return at;
  }

  read(at: number, length: number): string {
    return this.#bytes.toString('latin1', at, at + length);
  }

  is(at: number, text: string): boolean {
    for (let index = 0; index < text.length; index++)
      if (this.#bytes[at + index] !== text.charCodeAt(index)) return false;
    return true;
  }

  /** The order of the bytes of two texts. */
  compare(left: number, leftLength: number, right: number, rightLength: number): number {
    const shorter = Math.min(leftLength, rightLength);
    for (let index = 0; index < shorter; index++) {
      const difference = this.#bytes[left + index]! - this.#bytes[right + index]!;
      if (difference !== 0) return difference;
    }
    return leftLength - rightLength;
  }

  copy(at: number, length: number, into: Buffer, offset: number): void {
    this.#bytes.copy(into, offset, at, at + length);
  }
}
