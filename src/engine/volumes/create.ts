import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { publishDirectory, writeFlushed } from '../directories/publish-directory.ts';
import { checkName } from './refusals.ts';
import { readVolume, type StoredVolume, volumeText } from './stored-volume.ts';
import { STAGING, type VolumePaths } from './volume-paths.ts';

/** The decisions of its creator. */
export type NewVolume = Omit<StoredVolume, 'driver' | 'created' | 'isFilled'> & {
  /** False if its first container is to fill it; true by default. */
  readonly isFilled?: boolean;
};

/**
 * Creates a volume, or returns the existing one of this name. It exists completely or not at all. Throws a Problem if the name is invalid or the disk is full.
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

const isPublished = (paths: VolumePaths, volume: StoredVolume): Promise<boolean> =>
  publishDirectory({
    store: paths.store,
    name: volume.name,
    staging: STAGING,
    fill: async (directory) => {
      await mkdir(`${directory}/data`);
      // mkdir(2) subtracts the umask.
      await chmod(`${directory}/data`, 0o755);
      await writeFlushed(`${directory}/volume.json`, volumeText(volume));
    },
  });
