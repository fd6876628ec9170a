import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { makePrivate } from '../supervisor/private-directory.ts';
import { storageError } from '../supervisor/storage.ts';
import { checkName } from './refusals.ts';
import { readVolume, type StoredVolume, volumeText } from './stored-volume.ts';
import { STAGING, type VolumePaths } from './volume-paths.ts';

/** What its creator decides. */
export type NewVolume = Omit<StoredVolume, 'driver' | 'created' | 'isFilled'> & {
  /** False if its first container is to fill it; true by default. */
  readonly isFilled?: boolean;
};

/**
 * Creates a volume, or returns the existing one of this name. A directory is prepared, flushed to disk and renamed, so
 * the volume exists completely or not at all. Throws a Problem if the name is invalid or the disk is full.
 */
export const createVolume = async (paths: VolumePaths, volume: NewVolume): Promise<StoredVolume> => {
  checkName(volume.name);
  const stored: StoredVolume = { isFilled: true, ...volume, driver: 'local', created: Date.now() };
  for (;;) {
    const existing = readVolume(paths.directory(volume.name), volume.name);
    if (existing) return existing;
    if (await isPublished(paths, stored)) return stored;
  }
};

/** 64 hexadecimal digits, as in Docker. */
export const anonymousVolumeName = (): string => randomBytes(32).toString('hex');

/** False if another process created a volume of the name, or swept the staging directory away. */
const isPublished = async (paths: VolumePaths, volume: StoredVolume): Promise<boolean> => {
  const staging = `${paths.store}/${STAGING}${randomBytes(8).toString('hex')}`;
  try {
    makePrivate(paths.store);
    await mkdir(staging, { mode: 0o700 });
    await mkdir(`${staging}/data`);
    // mkdir(2) subtracts the umask.
    await chmod(`${staging}/data`, 0o755);
    await writeFlushed(`${staging}/volume.json`, volumeText(volume));
    await flush(staging);
    await rename(staging, paths.directory(volume.name));
    await flush(paths.store);
    return true;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (OVERTAKEN.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw storageError(staging, error);
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

/** rename(2): the volume exists by now. Any call: the staging directory, or the empty store, was removed. */
const OVERTAKEN = ['ENOTEMPTY', 'EEXIST', 'ENOENT'];
