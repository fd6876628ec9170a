import { type FileReadResult, open as openFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { close, must, withDescriptors } from '../../kernel/copy/call.ts';
import { AT_FDCWD, openDirectory } from '../../kernel/copy/open-directory.ts';
import { removeEntry } from '../../kernel/copy/remove-tree.ts';
import { cString } from '../../kernel/ffi/files.ts';
import { UNFINISHED } from '../store/durable.ts';
import { TarParser } from '../tar/parser.ts';
import { LayerWriter } from './layer-writer.ts';

export type Extraction = {
  /** The path of a plain archive. */
  readonly archive: string;
  /** The entries to make, in a directory of this process alone. Only one process may do so at a time. */
  readonly directory: string;
  /**
   * The directories of the layers below, the uppermost first. The result depends on them: a directory that the archive
   * only goes through has their owner and mode, and a hard link may lead to a file of theirs.
   */
  readonly below: readonly string[];
  readonly signal?: AbortSignal | undefined;
};

/**
 * Makes the directory of a layer, for an overlay. It is prepared beside its place, written to disk and renamed: it is
 * there as a whole or not at all. What a killed extraction left is removed by the next one. Throws a Problem for an
 * archive that cannot be a layer.
 */
export const extractLayer = async ({ archive, directory, below, signal }: Extraction): Promise<void> => {
  const fresh = `${directory}${UNFINISHED}`;
  removeDirectory(fresh);
  must('mkdirat', AT_FDCWD, cString(fresh).address, 0o700);
  try {
    await fill(fresh, archive, below, signal);
    must('renameat2', AT_FDCWD, cString(fresh).address, AT_FDCWD, cString(directory).address, 0);
    syncParent(directory);
  } catch (error) {
    removeDirectory(fresh);
    throw error;
  }
};

/** Removes a directory of any depth, if it is there. */
export const removeDirectory = (path: string): void => removeEntry(AT_FDCWD, cString(path));

const fill = async (
  directory: string,
  archive: string,
  below: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> => {
  const roots = [directory, ...below].map(open);
  const [root, ...layers] = roots;
  const writer = new LayerWriter(root!, layers);
  try {
    const parser = new TarParser(writer);
    for await (const piece of piecesOf(archive, signal)) parser.feed(piece);
    parser.finish();
    writer.finish();
    must('syncfs', root!);
  } finally {
    writer.close();
    roots.forEach(close);
  }
};

/**
 * The bytes of a file. While a piece is in use, the next one is read; the one before is overwritten, so that a large archive
 * leaves no garbage behind.
 */
async function* piecesOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const file = await openFile(path);
  const [one, other] = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)];
  let reading: Promise<FileReadResult<Buffer>> | undefined;
  try {
    reading = file.read(one);
    for (;;) {
      const { buffer, bytesRead }: FileReadResult<Buffer> = await reading;
      signal?.throwIfAborted();
      if (bytesRead === 0) return;
      reading = file.read(buffer === one ? other : one);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await reading?.catch(() => {});
    await file.close();
  }
}

const syncParent = (path: string): void =>
  withDescriptors((keep) => void must('fsync', keep(open(dirname(path)))));

const open = (path: string): number => openDirectory(AT_FDCWD, cString(path).address);

const CHUNK = 1 << 20;
