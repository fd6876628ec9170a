import { type Decompressor, decompressorFor, HEAD } from './decompressor.ts';

export type OpenedStream = {
  /** Undefined if the bytes are not compressed. */
  readonly decompressor: Decompressor | undefined;
  /**
   * All bytes from the first one on, as they came. The end of these, also before the first one, ends the stream that they
   * come from.
   */
  readonly chunks: AsyncGenerator<Buffer>;
};

/**
 * Reads the first bytes of a stream, which say how it is compressed. Throws a Problem for a format that this machine
 * cannot read; the stream is ended then.
 * @param what for the message: `the layer sha256:…`
 */
export const openStream = async (bytes: AsyncIterator<Buffer>, what: string): Promise<OpenedStream> => {
  const opening = openingOf(bytes, what);
  const { value } = await opening.next();
  return { decompressor: value as Decompressor | undefined, chunks: opening as AsyncGenerator<Buffer> };
};

/** First the decompressor, then the bytes: a generator that has begun runs its `finally` in any case. */
async function* openingOf(
  bytes: AsyncIterator<Buffer>,
  what: string,
): AsyncGenerator<Buffer | Decompressor | undefined> {
  try {
    let head: Buffer = Buffer.alloc(0);
    while (head.length < HEAD) {
      const { value, done } = await bytes.next();
      if (done) break;
      head = head.length === 0 ? value : Buffer.concat([head, value]);
    }
    yield decompressorFor(head, what);
    if (head.length > 0) yield head;
    for (let next = await bytes.next(); !next.done; next = await bytes.next()) yield next.value;
  } finally {
    await bytes.return?.(undefined);
  }
}
