import { statSync } from 'node:fs';
import { lock } from '../store/lock.ts';
import { hexOf, type Store } from '../store/store.ts';
import { chainIds } from './chain.ts';
import { type Extraction, extractLayer } from './extract.ts';

/**
 * The directories of the layers of an image, whose archives are in the store: those that are missing are made. They are
 * named by chain IDs, because what a directory holds depends on the layers below; images with the same lower layers
 * share these.
 * @param diffIds the lowest layer first
 * @returns paths in the same order
 */
export const layerDirectories = async (
  store: Store,
  diffIds: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> => {
  const directories: string[] = [];
  for (const [index, chain] of chainIds(diffIds).entries()) {
    const directory = store.tree(chain);
    const below = directories.toReversed();
    if (!isThere(directory))
      await makeOnce(store, chain, { archive: store.tar(diffIds[index]!), below, signal });
    directories.push(directory);
  }
  return directories;
};

type Missing = Omit<Extraction, 'directory'>;

/** Another process may make it meanwhile. */
const makeOnce = async (store: Store, chain: string, missing: Missing): Promise<void> => {
  const { signal } = missing;
  const held = await lock(store, `directory-${hexOf(chain)}`, { ...(signal && { signal }) });
  try {
    const directory = store.tree(chain);
    if (!isThere(directory)) await extractLayer({ ...missing, directory });
  } finally {
    held.release();
  }
};

/** A directory has its name only when it is complete. */
const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
