import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { takesDirectReads } from '../../kernel/page-cache.ts';
import { META_FILE, SPARSE_FILE } from '../erofs/files.ts';
import { writeErofs } from '../erofs/write.ts';
import { readLayers } from '../tree/read-layers.ts';
import type { ImageRoot, RootKind } from './image-root.ts';
import { linkLayers } from './links.ts';

/**
 * Fills the directory of an image root, which is empty: `meta.erofs` from the plain archives of the layers, or links to
 * their directories. Everything is synced but the directory itself. Throws an ArchiveError for layers that no file
 * system can have; the caller removes the directory then.
 * @param layers from the bottom up: paths of archives for both kinds of EROFS, of directories otherwise
 */
export const buildRoot = async (
  kind: RootKind,
  layers: readonly string[],
  directory: string,
  signal?: AbortSignal,
): Promise<void> => {
  if (kind === 'directory') await linkLayers(layers, directory);
  else await writeErofs(await readLayers(layers, signal), layers, directory);
};

/** The facts about a built root that `rootSteps` needs. */
export const openRoot = async (
  kind: RootKind,
  layers: readonly string[],
  directory: string,
): Promise<ImageRoot> => {
  if (kind === 'directory') return { kind, layers, directory };
  const meta = await open(join(directory, META_FILE));
  try {
    const hasSparse = existsSync(join(directory, SPARSE_FILE));
    return { kind, layers, directory, hasSparse, isDirect: takesDirectReads(meta.fd) };
  } finally {
    await meta.close();
  }
};
