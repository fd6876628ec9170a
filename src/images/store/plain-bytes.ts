import { createHash } from 'node:crypto';
import { Problem } from '../../base/diagnostic.ts';
import { humanSize } from '../../base/text/human-size.ts';
import type { Descriptor } from '../model/descriptor.ts';

/** Counts the content of a layer, hashes what is decompressed of it, and refuses more than a layer of its size may hold. */
export class PlainBytes {
  size = 0;
  readonly #hash = createHash('sha256');
  readonly #most: number;
  readonly #source: string;
  readonly #layer: Descriptor;

  constructor(source: string, layer: Descriptor, most: number) {
    this.#source = source;
    this.#layer = layer;
    this.#most = most;
  }

  count(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.#most) throw this.#tooLarge();
  }

  async *counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.count(chunk);
      yield chunk;
    }
  }

  async *through(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of this.counted(chunks)) {
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  /** Of what went through. */
  digest(): string {
    return `sha256:${this.#hash.digest('hex')}`;
  }

  #tooLarge(): WrongContent {
    const { digest, size } = this.#layer;
    const cause = tooMuch(`the layer ${digest}`, this.#source, size, this.#most);
    return new WrongContent('', { cause });
  }
}

/** More comes out of compressed bytes than may be in them. */
export const tooMuch = (what: string, source: string, compressed: number, most: number): Problem =>
  new Problem({
    severity: 'error',
    code: 'damaged-image',
    message: `${what} has ${humanSize(compressed, 3)}, and more than ${humanSize(most, 3)} come out of it`,
    facts: [['from', source]],
    help: 'no layer of a serious image does that: it is made to fill the disk',
  });

/** The fetched bytes are of no use, and the user gets to see the cause. */
export class WrongContent extends Error {}

/**
 * The most that a layer of so many compressed bytes may hold. Programs and texts shrink to a third; a layer with a large
 * file of zeros is rare and small.
 */
export const largestContent = (compressed: number): number => Math.max(SMALL_ENOUGH, compressed * RATIO);

const SMALL_ENOUGH = 2 ** 30;
const RATIO = 200;
