import type { Decoder } from '../../kernel/ffi/decoder.ts';
import { xz } from '../../kernel/ffi/lzma.ts';
import { zstd } from '../../kernel/ffi/zstd.ts';
import type { Decompressor } from './decompressor.ts';

/** Undefined if the machine does not have libzstd. */
export const decodeZstd = (): Decompressor | undefined => decompressor(zstd());

/** Undefined if the machine does not have liblzma. */
export const decodeXz = (): Decompressor | undefined => decompressor(xz());

const decompressor = (open: (() => Decoder) | undefined): Decompressor | undefined =>
  open && ((chunks) => decode(open, chunks));

async function* decode(open: () => Decoder, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = open();
  try {
    for await (const chunk of chunks) yield* outputOf(decoder, chunk, false);
    yield* outputOf(decoder, NOTHING, true);
    decoder.end();
  } finally {
    decoder.close();
  }
}

/** Steps until the input is read and nothing comes out any more. */
function* outputOf(decoder: Decoder, input: Buffer, isLast: boolean): Generator<Buffer> {
  for (let at = 0; ; ) {
    const { read, output } = decoder.step(input.subarray(at), isLast);
    at += read;
    // The next step writes into the same memory.
    if (output.length > 0) yield Buffer.from(output);
    if (output.length === 0 && (read === 0 || at === input.length)) return;
  }
}

const NOTHING = Buffer.alloc(0);
