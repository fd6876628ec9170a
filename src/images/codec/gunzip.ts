import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Decompresses members of gzip, on the threads of libuv. */
export async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let given = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      given += chunk.length;
      yield chunk;
    }
  }
  const stream = createGunzip(OPTIONS);
  // A failure of the source ends the stream with the same error.
  pipeline(counted, stream, () => {});
  for await (const chunk of stream) yield chunk as Buffer;
  // Node ends without an error at zeros after a member, and leaves everything behind them unread.
  if (stream.bytesWritten < given)
    throw Object.assign(new Error('something follows the end of the stream'), { code: 'Z_DATA_ERROR' });
}

/** With chunks of 16 KiB, Node’s default, it takes almost twice the time. */
const CHUNK = 1 << 20;
/** Bytes that are decompressed while the reader hashes and writes those before. */
const OPTIONS = { chunkSize: CHUNK, readableHighWaterMark: 1 << 22 };
