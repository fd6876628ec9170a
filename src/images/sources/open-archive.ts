import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decompressorFor, HEAD } from '../codec/decompressor.ts';
import { peek } from '../codec/peek.ts';
import { damaged } from '../refusals.ts';
import { brokenStream } from '../store/layer.ts';
import { spaceError } from '../store/space.ts';
import type { Store } from '../store/store.ts';
import { archiveFiles } from './archive-files.ts';
import { dockerArchive } from './docker-archive.ts';
import { type ListedSource, layoutDirectory, layoutSource } from './layout.ts';
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
 */
export const openArchive = async (store: Store, input: string | Readable): Promise<OpenedArchive> => {
  if (typeof input === 'string' && statSync(input).isDirectory())
    return { source: await layoutDirectory(input), isRoot: false, close: async () => {} };
  const name = typeof input === 'string' ? input : 'the standard input';
  const plain = typeof input === 'string' && (await isPlain(input)) ? input : undefined;
  const spool = `${store.ingest}/load-${process.pid}-${randomBytes(6).toString('hex')}.tar`;
  const close = (): Promise<void> => rm(spool, { force: true });
  try {
    if (plain === undefined)
      await unpack(typeof input === 'string' ? createReadStream(input) : input, spool, name);
    const archive = plain ?? spool;
    const files = await archiveFiles(archive);
    if (files.has('index.json'))
      return { source: await layoutSource({ name, ...files }), isRoot: false, close };
    if (files.has('manifest.json')) return { source: await dockerArchive(name, files), isRoot: false, close };
    return { source: await rootArchive(name, archive), isRoot: true, close };
  } catch (error) {
    await close();
    throw spaceError(store, error, []);
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

/** The plain archive in a file, because its parts are read in another order than they come. */
const unpack = async (input: Readable, target: string, name: string): Promise<void> => {
  const { head, chunks } = await peek(input[Symbol.asyncIterator]() as AsyncIterator<Buffer>);
  const file = createWriteStream(target, { flags: 'wx', mode: 0o600 });
  const decompressor = decompressorFor(head, name);
  try {
    if (decompressor) await pipeline(chunks, decompressor, file);
    else await pipeline(chunks, file);
  } catch (error) {
    throw brokenStream(error) ? damaged(name, 'it cannot be decompressed', [['error', `${error}`]]) : error;
  }
};
