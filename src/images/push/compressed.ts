import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fileStream } from '../../base/node/file-stream.ts';
import { gzip } from '../codec/gzip.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { hexOf, type Store } from '../store/store.ts';

/** A layer in a file of its own, compressed. */
export type Compressed = Pick<Descriptor, 'digest' | 'size'> & {
  readonly path: string;
  readonly remove: () => Promise<void>;
};

/** Compresses a layer: the same bytes each time, on one machine. The file is removed if this fails. */
export const compressLayer = async (
  store: Store,
  diffId: string,
  signal: AbortSignal | undefined,
): Promise<Compressed> => {
  const path = `${store.ingest}/${hexOf(diffId)}-${randomBytes(6).toString('hex')}.gz`;
  const remove = (): Promise<void> => rm(path, { force: true });
  const hash = createHash('sha256');
  let size = 0;
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  try {
    const plain = createReadStream(store.tar(diffId), { highWaterMark: CHUNK });
    await pipeline(plain, gzip(), counted, await fileStream(path, 'wx'));
    return { digest: `sha256:${hash.digest('hex')}`, size, path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
};

const CHUNK = 1 << 20;
