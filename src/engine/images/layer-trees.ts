import { existsSync } from 'node:fs';
import { extractLayer } from '../../images/directory/extract.ts';
import { lock } from '../../images/store/lock.ts';
import { hexOf, type Store } from '../../images/store/store.ts';
import { rootId } from '../../images/store/stored-image.ts';

/**
 * The directories of the layers of an image, the lowest first. What a layer becomes depends on those below it, so its
 * directory has their ID in its name; the collection of the store goes by the digits of the layer before that.
 */
export const layerTrees = (store: Store, layers: readonly string[]): readonly string[] =>
  layers.map((layer, index) => {
    const below = rootId(layers.slice(0, index + 1)).slice(0, CHAIN_LENGTH);
    return `${store.layers}/${hexOf(layer)}-${below}`;
  });

/** Makes the directories that are missing, from the lowest up. Two processes at once make each once. */
export const makeLayerTrees = async (
  store: Store,
  layers: readonly string[],
  signal?: AbortSignal,
): Promise<void> => {
  const trees = layerTrees(store, layers);
  for (const [index, directory] of trees.entries()) {
    if (existsSync(directory)) continue;
    const turn = await lock(store, `tree-${hexOf(layers[index]!)}`, { ...(signal && { signal }) });
    try {
      if (existsSync(directory)) continue;
      const below = trees.slice(0, index).toReversed();
      await extractLayer({ archive: store.tar(layers[index]!), directory, below, ...(signal && { signal }) });
    } finally {
      turn.release();
    }
  }
};

const CHAIN_LENGTH = 16;
