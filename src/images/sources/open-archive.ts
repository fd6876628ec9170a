import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileStream } from '../../base/node/file-stream.ts';
import { decompressorFor, HEAD } from '../codec/decompressor.ts';
import { openStream } from '../codec/open-stream.ts';
import { damaged } from '../model/refusals.ts';
import { brokenStream } from '../store/layer.ts';
import { largestContent, tooMuch } from '../store/plain-bytes.ts';
import { spaceError } from '../store/space.ts';
import type { Store } from '../store/store.ts';
import { ArchiveError } from '../tar/refusal.ts';
import { type ArchiveFiles, archiveFiles } from './archive-files.ts';
import { dockerArchive } from './docker-archive.ts';
import { fileBytes } from './file-bytes.ts';
import { type ListedSource, layoutSource } from './layout.ts';
import { layoutDirectory } from './layout-directory.ts';
import { noArchive, noFile, noLayout } from './refusals.ts';
import { rootArchive } from './root-archive.ts';

export type OpenedArchive = {
  readonly source: ListedSource;
  /** It is an archive of a root directory, which has neither a name nor a configuration. */
  readonly isRoot: boolean;
  /** Frees what was unpacked for it. */
  readonly close: () => Promise<void>;
};

/**
 * Opens what `load` takes: a directory in the layout of OCI, or an archive, compressed or not, of such a directory, of
 * `docker save`, or of a root directory.
 * @param input a path, or the standard input
 * @param signal nothing of it is left then
 * @param largest the most bytes that may come out of so many compressed ones
 */
export const openArchive = async (
  store: Store,
  input: string | Readable,
  signal?: AbortSignal,
  largest = largestContent,
): Promise<OpenedArchive> => {
  if (typeof input === 'string' && !existsSync(input)) throw noFile(input);
  const file = typeof input === 'string' ? statSync(input) : undefined;
  if (typeof input === 'string' && file?.isDirectory()) {
    if (!existsSync(join(input, 'index.json'))) throw noLayout(input);
    return { source: await layoutDirectory(input), isRoot: false, close: async () => {} };
  }
  const name = typeof input === 'string' ? input : 'the standard input';
  // A pipe can be read once: `load <(zcat app.tar.gz)`.
  const plain = typeof input === 'string' && file?.isFile() && (await isPlain(input)) ? input : undefined;
  const spool = `${store.ingest}/load-${process.pid}-${randomBytes(6).toString('hex')}.tar`;
  const close = (): Promise<void> => rm(spool, { force: true });
  try {
    if (plain === undefined) await unpack(bytesOf(input, signal), spool, name, largest, signal);
    const archive = plain ?? spool;
    const files = await archiveFiles(archive, signal);
    const kind = await kindOf(files);
    if (kind === 'root') return { source: await rootArchive(name, archive, signal), isRoot: true, close };
    files.assertAll();
    const source = await (kind === 'layout'
      ? layoutSource({ name, ...files })
      : dockerArchive(name, files, signal));
    return { source, isRoot: false, close };
  } catch (error) {
    await close();
    throw error instanceof ArchiveError ? noArchive(error, name) : spaceError(store, error, []);
  }
};

/**
 * A root directory may have files of these names as well, a web application its own `manifest.json`: the content decides.
 * A file without JSON is taken for a damaged list of images.
 */
const kindOf = async (files: ArchiveFiles): Promise<'layout' | 'docker' | 'root'> => {
  const index = await jsonOf(files, 'index.json');
  if (index && (index === 'invalid' || files.has('oci-layout') || Array.isArray(index.manifests)))
    return 'layout';
  const manifest = await jsonOf(files, 'manifest.json');
  return manifest === 'invalid' || Array.isArray(manifest) ? 'docker' : 'root';
};

const jsonOf = async (
  files: ArchiveFiles,
  path: string,
): Promise<{ readonly manifests?: unknown } | 'invalid' | null | undefined> => {
  const bytes = await files.read(path);
  if (!bytes) return undefined;
  try {
    return JSON.parse(String(bytes));
  } catch {
    return 'invalid';
  }
};

const isPlain = async (path: string): Promise<boolean> => {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(HEAD);
    const { bytesRead } = await file.read(head, 0, HEAD, 0);
    return decompressorFor(head.subarray(0, bytesRead), path) === undefined;
  } finally {
    await file.close();
  }
};

const bytesOf = (input: string | Readable, signal: AbortSignal | undefined): AsyncIterator<Buffer> => {
  if (typeof input === 'string') return fileBytes(input, 0, { signal });
  if (signal) addAbortSignal(signal, input);
  return input[Symbol.asyncIterator]();
};

/** The plain archive in a file, because its parts are read in another order than they come. */
const unpack = async (
  input: AsyncIterator<Buffer>,
  target: string,
  name: string,
  largest: (compressed: number) => number,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const { decompressor, chunks } = await openStream(input, name);
  // The size of what comes through a pipe is not known before its end.
  let [compressed, plain] = [0, 0];
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      compressed += chunk.length;
      yield chunk;
    }
  }
  async function* bounded(decompressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of decompressed) {
      plain += chunk.length;
      const most = largest(compressed);
      if (plain > most) throw tooMuch('the archive', name, compressed, most);
      yield chunk;
    }
  }
  const file = await fileStream(target, 'wx');
  const options = signal ? { signal } : {};
  try {
    if (decompressor) await pipeline(counted(), decompressor, bounded, file, options);
    else await pipeline(chunks, file, options);
  } catch (error) {
    throw brokenStream(error) ? damaged(name, 'it cannot be decompressed', [['error', `${error}`]]) : error;
  }
};
