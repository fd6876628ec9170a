import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Descriptor } from '../model/descriptor.ts';
import { damaged } from '../model/refusals.ts';
import type { Source } from '../model/source.ts';
import { lockIfFree } from './lock.ts';
import { hexOf, type Store } from './store.ts';

export type DownloadOptions = {
  /** Bytes that came until then stay. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
};

/**
 * The bytes of a blob in order: first what an interrupted download has left, then the rest from the source. All of them
 * are in `part` before they are passed on, so an interruption of any kind loses at most the chunk under way. Size and
 * digest are verified at the end: nothing that depends on them may be used before. If they are wrong, the file is removed.
 */
export async function* download(
  store: Store,
  source: Source,
  descriptor: Descriptor,
  { signal, onProgress }: DownloadOptions,
): AsyncGenerator<Buffer> {
  const path = store.part(descriptor.digest);
  const part = await open(path, 'a+', 0o600);
  try {
    const hash = createHash('sha256');
    let done = 0;
    const counted = (chunk: Buffer): Buffer => {
      done += chunk.length;
      onProgress?.(done);
      return chunk;
    };
    const { size } = await part.stat();
    // More than there should be cannot be the beginning of it.
    if (size > descriptor.size) await part.truncate(0);
    else
      for await (const chunk of written(part, size)) {
        hash.update(chunk);
        yield counted(chunk);
      }
    if (done < descriptor.size) {
      const content = await source.blob(descriptor, done, signal);
      if (content.from !== done) {
        content.discard?.();
        throw new StartOver();
      }
      for await (const chunk of content.chunks) {
        signal?.throwIfAborted();
        if (done + chunk.length > descriptor.size) throw tooLong(source, descriptor);
        // The chunk is hashed while another thread writes it.
        const isWritten = part.appendFile(chunk);
        hash.update(chunk);
        await isWritten;
        yield counted(chunk);
      }
    }
    if (done < descriptor.size) throw tooShort(source, descriptor, done);
    const came = `sha256:${hash.digest('hex')}`;
    if (came !== descriptor.digest) throw size > 0 ? new StartOver() : wrongDigest(source, descriptor, came);
  } catch (error) {
    if (isUseless(error)) await rm(path, { force: true });
    throw error;
  } finally {
    await part.close();
  }
}

/** The bytes from before are of no use: the download begins at its first byte. */
export class StartOver extends Error {}

/** Whether a failure says that the bytes themselves are wrong. */
const isUseless = (error: unknown): boolean =>
  error instanceof StartOver || (error as { readonly isFinal?: boolean }).isFinal === true;

const final = <Thrown extends Error>(error: Thrown): Thrown => Object.assign(error, { isFinal: true });

const tooLong = ({ name }: Source, { digest, size }: Descriptor): Error =>
  final(damaged(name, `the layer ${digest} is longer than the ${size} bytes of its manifest`));

const wrongDigest = ({ name }: Source, { digest }: Descriptor, came: string): Error =>
  final(
    damaged(name, 'a layer is not what its digest promises', [
      ['expected', digest],
      ['came', came],
    ]),
  );

/** The connection ended too early: what came is kept. */
const tooShort = ({ name }: Source, { digest, size }: Descriptor, done: number): Error =>
  damaged(name, `the layer ${digest} ended after ${done} of ${size} bytes`);

async function* written(part: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, size - at));
    const { bytesRead } = await part.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

/** The bytes of a blob from the first one on, which nobody keeps. Size and digest are verified at the end. */
export async function* verifiedBytes(
  source: Source,
  descriptor: Descriptor,
  { signal, onProgress }: DownloadOptions,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let done = 0;
  for await (const chunk of (await source.blob(descriptor, 0, signal)).chunks) {
    signal?.throwIfAborted();
    done += chunk.length;
    if (done > descriptor.size) throw tooLong(source, descriptor);
    hash.update(chunk);
    onProgress?.(done);
    yield chunk;
  }
  if (done < descriptor.size) throw tooShort(source, descriptor, done);
  const came = `sha256:${hash.digest('hex')}`;
  if (came !== descriptor.digest) throw wrongDigest(source, descriptor, came);
}

/** The whole of a small blob: a configuration. It is verified. */
export const readWhole = async (
  source: Source,
  descriptor: Descriptor,
  signal?: AbortSignal,
): Promise<Buffer> => {
  if (descriptor.size > LARGEST_CONFIG)
    throw damaged(source.name, `a configuration has ${descriptor.size} bytes`);
  const chunks: Buffer[] = [];
  for await (const chunk of verifiedBytes(source, descriptor, signal ? { signal } : {})) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const CHUNK = 1 << 20;
const LARGEST_CONFIG = 8 << 20;

/** The lock of what is downloaded for a blob. */
export const partLock = (digest: string): string => `${hexOf(digest)}.part`;

/** Removes what interrupted downloads have left, unless another process goes on with it at this moment. */
export const discardParts = async (store: Store, layers: readonly Descriptor[]): Promise<void> => {
  for (const { digest } of layers) {
    const turn = lockIfFree(store, partLock(digest));
    if (!turn) continue;
    await rm(store.part(digest), { force: true });
    turn.release();
  }
};
