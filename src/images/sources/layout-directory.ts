import { constants, createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged } from '../model/refusals.ts';
import { CHUNK } from './file-bytes.ts';
import { type LayoutFiles, type ListedSource, layoutSource } from './layout.ts';

/**
 * The images of a directory in the layout of OCI. It may come from strangers: only files of it are read, also through
 * links, since a pipe would be waited for and a device has no end.
 */
export const layoutDirectory = (directory: string): Promise<ListedSource> => layoutSource(filesIn(directory));

/** @param name for messages */
export const filesIn = (directory: string, name = directory): LayoutFiles => ({
  name,
  read: async (path) => {
    const file = await openFile(directory, path, name).catch(ignoreMissing);
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      if (size > LARGEST) throw damaged(name, `${path} in it has ${size} bytes`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  },
  stream: (path, start) => bytesOf(directory, path, start, name),
});

async function* bytesOf(
  directory: string,
  path: string,
  start: number,
  name: string,
): AsyncGenerator<Buffer> {
  const file = await openFile(directory, path, name).catch(ignoreMissing);
  if (!file) throw damaged(name, `${path} in it is missing`);
  yield* createReadStream('', { fd: file, start, highWaterMark: CHUNK });
}

const openFile = async (directory: string, path: string, name: string): Promise<FileHandle> => {
  const file = await open(join(directory, path), constants.O_RDONLY | constants.O_NONBLOCK);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw damaged(name, `${path} in it is no file`);
};

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (!['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) throw error;
};

/** Of an index or a manifest: that which readManifest takes. */
const LARGEST = 8 << 20;
