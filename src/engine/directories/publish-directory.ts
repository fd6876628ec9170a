import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { makePrivate } from './private-directory.ts';
import { storageError } from './storage.ts';

/** A directory that comes into being complete or not at all. */
export type NewDirectory = {
  /** The directory that it is made in; only root can enter it. */
  readonly store: string;
  readonly name: string;
  /** The beginning of the names of directories during their creation. */
  readonly staging: string;
  /** Makes the content of the directory; what it writes is flushed to disk by it. */
  readonly fill: (directory: string) => Promise<void>;
};

/**
 * Prepares a directory, flushes it to disk and renames it. False if another process made one of the name, or swept the
 * unfinished one away. Throws a Problem if the disk is full.
 */
export const publishDirectory = async ({ store, name, staging, fill }: NewDirectory): Promise<boolean> => {
  const unfinished = `${store}/${staging}${randomBytes(8).toString('hex')}`;
  try {
    makePrivate(store);
    await mkdir(unfinished, { mode: 0o700 });
    await fill(unfinished);
    await flush(unfinished);
    await rename(unfinished, `${store}/${name}`);
    await flush(store);
    return true;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (OVERTAKEN.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw storageError(unfinished, error);
  }
};

export const writeFlushed = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** fsync(2) of a directory: its entries outlive a power failure. */
export const flush = async (directory: string): Promise<void> => {
  const file = await open(directory, 'r');
  await file.sync().finally(() => file.close());
};

/** rename(2): the name is taken by now. Any call: the unfinished directory, or the empty store, was removed. */
const OVERTAKEN = ['ENOTEMPTY', 'EEXIST', 'ENOENT'];
