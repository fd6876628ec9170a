import { Problem } from '../../../base/diagnostic.ts';
import { familiarText, readReference } from '../../../base/images/reference.ts';
import { freeImages } from './free-images.ts';
import { lookUpImage } from './list-images.ts';
import { removeImage } from './remove-image.ts';

/** The fate of an image that `down` was to remove. */
export type ImageRemoval = { readonly name: string; readonly is: 'removed' | 'still in use' };

/**
 * Takes these names from their images, and removes the images that have no other. Names of which there is no image are
 * left out; an image that a container uses stays.
 * @param project its containers do not count in a dry run: without one they would be gone
 */
export const removeNamedImages = async (
  names: readonly string[],
  { project, dryRun }: { readonly project: string; readonly dryRun: boolean },
): Promise<readonly ImageRemoval[]> => {
  const removals: ImageRemoval[] = [];
  for (const name of familiarNames(names)) {
    const found = lookUpImage(name);
    // Another image may have an ID that begins like the name.
    if ('severity' in found || !found.names.includes(name)) continue;
    const isFree = dryRun && found.uses.every((use) => use.project === project);
    removals.push({ name, is: isFree || (await isRemoved(name, dryRun)) ? 'removed' : 'still in use' });
  }
  if (!dryRun && removals.length > 0) await freeImages();
  return removals;
};

const familiarNames = (names: readonly string[]): ReadonlySet<string> =>
  new Set(
    names.flatMap((name) => {
      const read = readReference(name);
      return 'reference' in read ? [familiarText(read.reference)] : [];
    }),
  );

const isRemoved = async (name: string, dryRun: boolean): Promise<boolean> => {
  try {
    await removeImage(name, { force: false, dryRun });
    return true;
  } catch (error) {
    if (error instanceof Problem && error.diagnostics.every(({ code }) => code === 'image-in-use'))
      return false;
    throw error;
  }
};
