import { rm } from 'node:fs/promises';
import { type Reference, readReference } from '../reference.ts';
import { readRef, removeRef } from './refs.ts';
import type { Store } from './store.ts';
import { imagesById, listImages, type StoredImage } from './stored-image.ts';

/** What a name, an ID or the beginning of one means here. */
export type Meant = {
  readonly image: StoredImage;
  /** Missing if it was not asked for by name. */
  readonly name?: string;
};

/** All images that a text means, as `image rm` and `image inspect` take it. Several only for the beginning of an ID. */
export const meantBy = (store: Store, text: string): readonly Meant[] => {
  const read = readReference(text);
  if ('reference' in read) {
    const ref = readRef(store, read.reference);
    const named = listImages(store).filter(({ digest }) =>
      ref?.images.some((each) => each.digest === digest),
    );
    if (ref && named.length > 0) return named.slice(0, 1).map((image) => ({ image, name: ref.name }));
  }
  const at = text.lastIndexOf('@');
  return imagesById(store, at < 0 ? text : text.slice(at + 1)).map((image) => ({ image }));
};

/** Takes names from an image. */
export const untag = (store: Store, names: readonly string[]): void => {
  for (const name of names) removeRef(store, referenceOf(name));
};

/** An image without a name is none afterwards; its parts go with the next collection. */
export const forget = (store: Store, digest: string): Promise<void> =>
  rm(store.image(digest), { force: true });

/** Names in the store were read when they came in. */
export const referenceOf = (name: string): Reference => {
  const read = readReference(name);
  if (!('reference' in read)) throw new Error(`${name} must ${read.must}`);
  return read.reference;
};
