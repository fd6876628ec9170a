import { type Diagnostic, Problem } from '../../../base/diagnostic.ts';
import { inQuietStore } from '../../../images/store/quiet-store.ts';
import { forget, untag } from '../../../images/store/remove.ts';
import { storeIn } from '../../../images/store/store.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { imageUsers } from '../../images/image-users.ts';
import { maybeUsed } from '../../images/refusals.ts';
import { requireRoot } from '../../supervisor/require-root.ts';
import { freeImagesNow } from './free-images.ts';
import { type ListedImage, listImages } from './list-images.ts';
import type { Removed } from './remove-image.ts';

export type PrunedImages = Removed & { readonly bytes: number };

/**
 * Removes images that no container and no running command uses: those without a name, and with `all` the others too.
 * @param suits chooses among them
 */
export const pruneImages = async (
  all: boolean,
  suits: (image: ListedImage) => boolean,
  dryRun: boolean,
): Promise<PrunedImages> => {
  requireRoot();
  const unused = await inQuietStore(storeIn(stateDirectory()), async (store) => {
    const free = unusedImages(all, suits).filter(({ digest }) => !store.held.has(digest));
    if (!dryRun)
      for (const { digest, references } of free) {
        await untag(store, references, digest);
        await forget(store, digest);
      }
    return free;
  });
  return {
    untagged: unused.flatMap(({ names }) => names),
    deleted: unused.map(({ id }) => id),
    bytes: dryRun ? unused.reduce((sum, { size }) => sum + size, 0) : await freeImagesNow(),
  };
};

const unusedImages = (all: boolean, suits: (image: ListedImage) => boolean): readonly ListedImage[] => {
  const { unknown } = imageUsers(stateDirectory());
  const unused = listImages()
    .filter(({ names, uses }) => uses.length === 0 && (all || names.length === 0))
    .filter(suits);
  if (unused.length > 0 && unknown.length > 0) throw new Problem(maybeUsed(unknown[0]!));
  return unused;
};

/** The same among other things that are removed: a refusal is one of the problems. */
export const pruneUnusedImages = async (
  ...given: Parameters<typeof pruneImages>
): Promise<PrunedImages & { readonly problems: readonly Diagnostic[] }> => {
  try {
    return { ...(await pruneImages(...given)), problems: [] };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { untagged: [], deleted: [], bytes: 0, problems: error.diagnostics };
  }
};
