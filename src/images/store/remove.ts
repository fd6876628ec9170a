import { rm } from 'node:fs/promises';
import { ownPlatform, runnableOn } from '../../base/images/platform.ts';
import { type Reference, readReference } from '../../base/images/reference.ts';
import type { QuietStore } from './quiet-store.ts';
import { readRef, removeRef } from './refs.ts';
import type { Store } from './store.ts';
import { imagesById, listImages, type StoredImage } from './stored-image.ts';

/** The meaning of a name, an ID or the beginning of one in this store. */
export type Meant = {
  /** Of an ID one. A name may mean one of each platform: that of this machine is the first. */
  readonly images: readonly [StoredImage, ...StoredImage[]];
  /** Missing if it was not asked for by name. */
  readonly name?: string;
};

/** All that a text means, as `image rm` and `image inspect` take it. Several only for the beginning of an ID. */
export const meantBy = (store: Store, text: string): readonly Meant[] => {
  const read = readReference(text);
  const ref = 'reference' in read ? readRef(store, read.reference) : undefined;
  if (ref) {
    const own = runnableOn(ownPlatform()).toReversed();
    const rank = ({ platform }: StoredImage): number => own.indexOf(platform);
    const [first, ...others] = listImages(store)
      .filter(({ digest }) => ref.images.some((each) => each.digest === digest))
      .toSorted((one, other) => rank(other) - rank(one));
    if (first) return [{ images: [first, ...others], name: ref.name }];
  }
  const at = text.lastIndexOf('@');
  return imagesById(store, at < 0 ? text : text.slice(at + 1)).map((image) => ({ images: [image] }));
};

/** Takes names from all images that they mean, or from one of them. */
export const untag = async (store: QuietStore, names: readonly string[], digest?: string): Promise<void> => {
  for (const name of names) await removeRef(store, referenceOf(name), digest);
};

/** An image without a name is none afterwards; its parts go with the next collection. */
export const forget = (store: QuietStore, digest: string): Promise<void> =>
  rm(store.image(digest), { force: true });

/** Names in the store were read when they came in. */
export const referenceOf = (name: string): Reference => {
  const read = readReference(name);
  if (!('reference' in read)) throw new Error(`${name} must ${read.must}`);
  return read.reference;
};
