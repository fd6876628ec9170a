import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file that is there as a whole or not at all, whatever happens meanwhile: a power failure included. */
export const writeDurably = async (path: string, content: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${randomBytes(6).toString('hex')}${UNFINISHED}`;
  try {
    await using(open(fresh, 'wx', 0o600), async (file) => {
      await file.writeFile(content);
      await file.sync();
    });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
};

/** Gives a file that is written its name in the store: from then on it is used, so its bytes are on the disk before. */
export const publish = async (from: string, to: string): Promise<void> => {
  await using(open(from, 'r'), (file) => file.sync());
  await rename(from, to);
  await syncDirectory(dirname(to));
};

const syncDirectory = (path: string): Promise<void> =>
  using(open(path, 'r'), (directory) => directory.sync());

/** Closes the file whatever happens to it. */
export const using = async <Result>(
  opening: Promise<FileHandle>,
  work: (file: FileHandle) => Promise<Result>,
): Promise<Result> => {
  const file = await opening;
  try {
    return await work(file);
  } finally {
    await file.close();
  }
};

/** The end of a name that means nothing yet. */
export const UNFINISHED = '.new';
