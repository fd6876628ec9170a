import { Problem } from '../../../base/diagnostic.ts';
import { inQuietStore } from '../../../images/store/quiet-store.ts';
import { forget, untag } from '../../../images/store/remove.ts';
import { storeIn } from '../../../images/store/store.ts';
import type { StoredImage } from '../../../images/store/stored-image.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { imageUsers } from '../../images/image-users.ts';
import { imageHeld, imageInUse, maybeUsed, severalNames } from '../../images/refusals.ts';
import { requireRoot } from '../../supervisor/require-root.ts';
import { familiar, onlyMeant, usesOf } from './list-images.ts';

export type Removed = { readonly untagged: readonly string[]; readonly deleted: readonly string[] };

/**
 * Takes a name from its images, those of all platforms, and removes those that have no other. Throws a Problem if a
 * container or a running command uses one of them; with `force`, the name goes all the same, and what is used stays.
 */
export const removeImage = async (
  text: string,
  { force, dryRun }: { readonly force: boolean; readonly dryRun: boolean },
): Promise<Removed> => {
  requireRoot();
  return inQuietStore(storeIn(stateDirectory()), async (store) => {
    const { uses, unknown } = imageUsers(stateDirectory());
    const meant = onlyMeant(store, text);
    if ('severity' in meant) throw new Problem(meant);
    const { images, name } = meant;
    const [{ references, digest }] = images;
    if (name === undefined && references.length > 1 && !force)
      throw new Problem(severalNames(text, references.map(familiar)));
    const last = images.filter((image) => name === undefined || image.references.length === 1);
    const users = last.flatMap((image) => usesOf(image, uses));
    if (last.length > 0 && !force) {
      if (users.length > 0) throw new Problem(imageInUse(text, users));
      if (unknown.length > 0) throw new Problem(maybeUsed(unknown[0]!));
      if (last.some(({ digest }) => store.held.has(digest))) throw new Problem(imageHeld(text));
    }
    const isFree = (image: StoredImage): boolean =>
      usesOf(image, uses).length === 0 && unknown.length === 0 && !store.held.has(image.digest);
    const [names, free] = [name === undefined ? references : [name], last.filter(isFree)];
    if (!dryRun) {
      await untag(store, names, name === undefined ? digest : undefined);
      for (const image of free) await forget(store, image.digest);
    }
    return { untagged: names.map(familiar), deleted: free.map(({ id }) => id) };
  });
};
