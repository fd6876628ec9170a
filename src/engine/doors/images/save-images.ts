import { type Diagnostic, Problem } from '../../../base/diagnostic.ts';
import { type Reference, readReference, referenceText } from '../../../base/images/reference.ts';
import { type ArchiveFormat, imageArchive } from '../../../images/save/archive.ts';
import type { SavedImage } from '../../../images/save/saved-image.ts';
import { openStore } from '../../../images/store/store.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { type ListedImage, lookUpImage } from './list-images.ts';

export type { ArchiveFormat } from '../../../images/save/archive.ts';

/**
 * The bytes of an archive with images of this machine. An image gets the names by which it was asked for; asked for by
 * its ID, it gets none. Throws a Problem with all texts that mean no image, before the first byte.
 */
export const saveImages = (
  texts: readonly string[],
  format: ArchiveFormat,
  signal?: AbortSignal,
): AsyncIterable<Buffer> => {
  const looked = [...new Set(texts)].map((text) => ({ text, image: lookUpImage(text) }));
  const problems = looked.flatMap(({ image }): readonly Diagnostic[] => ('severity' in image ? [image] : []));
  if (problems.length > 0) throw new Problem(...problems);
  const saved = new Map<string, SavedImage>();
  for (const { text, image } of looked) {
    if ('severity' in image) continue;
    const names = saved.get(image.digest)?.names ?? [];
    saved.set(image.digest, { image, names: [...names, ...nameIn(text, image)] });
  }
  return imageArchive(openStore(stateDirectory()), [...saved.values()], format, signal);
};

/** A name with a tag: an archive cannot hold `name@sha256:…`. */
const nameIn = (text: string, { references }: ListedImage): readonly Reference[] => {
  const read = readReference(text);
  if (!('reference' in read) || read.reference.digest !== undefined) return [];
  return references.includes(referenceText(read.reference)) ? [read.reference] : [];
};
