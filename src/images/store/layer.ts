import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileStream } from '../../base/node/file-stream.ts';
import { openStream } from '../codec/open-stream.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { damaged } from '../model/refusals.ts';
import type { Source } from '../model/source.ts';
import { type DownloadOptions, download, StartOver, verifiedBytes } from './download.ts';
import { publish } from './durable.ts';
import { noteBlob } from './known-blobs.ts';
import { largestContent, PlainBytes, WrongContent } from './plain-bytes.ts';
import type { Store } from './store.ts';
import { writeChunks } from './write-chunks.ts';

export type LayerOptions = DownloadOptions & {
  /** The most bytes that may come out of so many compressed ones. */
  readonly largest?: (compressed: number) => number;
};

/**
 * Fetches a layer into the store as a plain archive: its digest, its size and its diff ID are verified before it gets its
 * name. The caller holds the lock of the diff ID. Resolves with the bytes of the archive.
 */
export const fetchLayer = async (
  store: Store,
  source: Source,
  descriptor: Descriptor,
  diffId: string,
  options: LayerOptions,
): Promise<number> => {
  for (;;) {
    try {
      return await fetchOnce(store, source, descriptor, diffId, options);
    } catch (error) {
      if (!(error instanceof StartOver)) throw error;
    }
  }
};

const fetchOnce = async (
  store: Store,
  source: Source,
  descriptor: Descriptor,
  diffId: string,
  { largest = largestContent, ...options }: LayerOptions,
): Promise<number> => {
  const [growing, part] = [store.growing(diffId), store.part(descriptor.digest)];
  const plain = new PlainBytes(source.name, descriptor, largest(descriptor.size));
  try {
    const bytes = source.isLocal
      ? verifiedBytes(source, descriptor, options)
      : download(store, source, descriptor, options);
    const { decompressor, chunks } = await openStream(bytes, `the layer ${descriptor.digest}`);
    if (decompressor)
      await pipeline(
        Readable.from(chunks),
        decompressor,
        (decompressed) => plain.through(decompressed),
        await fileStream(growing, 'w'),
      );
    else if (source.isLocal) await writeChunks(growing, plain.counted(chunks));
    else for await (const chunk of chunks) plain.count(chunk);
    // Of a plain archive, the download has verified the digest of the same bytes.
    const came = decompressor ? plain.digest() : descriptor.digest;
    if (came !== diffId) throw wrongContent(source, descriptor, diffId, came);
    await publish(decompressor || source.isLocal ? growing : part, store.tar(diffId));
    await noteBlob(store, descriptor, diffId);
    await rm(part, { force: true });
    return plain.size;
  } catch (error) {
    throw await withoutUseless(part, source, descriptor, error);
  } finally {
    await rm(growing, { force: true });
  }
};

/** A download that cannot become a layer is removed; one that was interrupted stays for the next time. */
const withoutUseless = async (
  part: string,
  source: Source,
  { digest }: Descriptor,
  error: unknown,
): Promise<unknown> => {
  const isBroken = brokenStream(error);
  if (!isBroken && !(error instanceof WrongContent)) return error;
  await rm(part, { force: true });
  return isBroken
    ? damaged(source.name, `the layer ${digest} cannot be decompressed`, [
        ['error', (error as Error).message],
      ])
    : (error as WrongContent).cause;
};

/** Whether a decompressor refused its input. */
export const brokenStream = (error: unknown): boolean =>
  /^(Z_|ERR_ZLIB|ZSTD_|LZMA_)/.test(String((error as NodeJS.ErrnoException).code));

const wrongContent = ({ name }: Source, { digest }: Descriptor, diffId: string, came: string): Error =>
  new WrongContent('', {
    cause: damaged(name, `the layer ${digest} has another content than the image says`, [
      ['expected', diffId],
      ['came', came],
    ]),
  });
