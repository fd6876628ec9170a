import type { Writable } from 'node:stream';
import { type FrameName, HEADER, LONGEST_FRAME, writeHeader } from '../../api/frames.ts';
import { writeAndDrain } from './write-and-drain.ts';

/** Combines many frames into one write of at most 64 KB. */
export class FrameBatch {
  readonly #output: Writable;
  #bytes = Buffer.alloc(0);
  #length = 0;

  constructor(output: Writable) {
    this.#output = output;
  }

  /** Adds a frame of a prefix and some bytes; returns a promise if the batch has to be written first. */
  add(stream: FrameName, prefix: string, bytes: Buffer): Promise<void> | undefined {
    const length = prefix.length + bytes.length;
    if (this.#length + HEADER + length <= this.#bytes.length) return void this.#put(stream, prefix, bytes);
    return this.flush().then(() => {
      this.#bytes = Buffer.allocUnsafe(LONGEST_FRAME);
      this.#put(stream, prefix, bytes);
    });
  }

  flush(): Promise<void> {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return bytes.length === 0 ? Promise.resolve() : writeAndDrain(this.#output, bytes);
  }

  #put(stream: FrameName, prefix: string, bytes: Buffer): void {
    writeHeader(this.#bytes, this.#length, stream, prefix.length + bytes.length);
    this.#bytes.write(prefix, this.#length + HEADER, 'latin1');
    this.#bytes.set(bytes, this.#length + HEADER + prefix.length);
    this.#length += HEADER + prefix.length + bytes.length;
  }
}
