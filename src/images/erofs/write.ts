import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tree } from '../tree/tree.ts';
import { META_FILE, SPARSE_FILE } from './files.ts';
import { erofsImage } from './image.ts';
import { fillSparse, placeSparse } from './sparse-file.ts';

/**
 * Writes the merged tree as an EROFS image into a directory: `meta.erofs` and, if there are sparse files, `sparse.data`.
 * The files are synced. Neither exists before; after an error, the caller removes the directory.
 * @param layers the paths of the plain archives that the tree was read from, the lowest first
 */
export const writeErofs = async (tree: Tree, layers: readonly string[], directory: string): Promise<void> => {
  const archives: FileHandle[] = [];
  try {
    for (const layer of layers) archives.push(await open(layer, 'r'));
    const sizes = await Promise.all(archives.map(async (archive) => (await archive.stat()).size));
    const sparse = placeSparse(tree);
    if (sparse.bytes > 0)
      await writing(join(directory, SPARSE_FILE), (file) => fillSparse(tree, sparse, archives, file));
    await writing(join(directory, META_FILE), async (file) => {
      for (const piece of erofsImage(tree, sizes, sparse)) await file.writeFile(piece);
    });
  } finally {
    await Promise.all(archives.map((archive) => archive.close()));
  }
};

const writing = async (path: string, write: (file: FileHandle) => Promise<void>): Promise<void> => {
  const file = await open(path, 'wx', 0o600);
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
};
