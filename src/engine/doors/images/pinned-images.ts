import type { ModelPath } from '../../../base/diagnostic.ts';
import { referenceText, wantedOf } from '../../../base/images/reference.ts';
import { digestOf } from '../../../images/model/digest.ts';
import { missingImage } from '../../../images/model/missing-image.ts';
import { noImage } from '../../../images/model/refusals.ts';
import { openRegistries } from '../../../images/registry/registries.ts';
import { allAtOnce } from '../../images/all-at-once.ts';
import { referenceOf } from '../../images/wish.ts';

/** An image as a service names it. */
export type NamedImage = { readonly reference: string; readonly from: ModelPath };

/**
 * The same images by the digests that their registries have under their names, in normal form, by their texts. All are
 * asked for at the same time, nothing is fetched, and the store of this machine has no say. Throws a Problem for the first
 * that cannot be found.
 */
export const pinnedImages = async (
  images: readonly NamedImage[],
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> => {
  const pinned = new Map<string, string>();
  const registries = openRegistries({ environment });
  const pin = async ({ reference: text }: NamedImage, signal: AbortSignal): Promise<void> => {
    const reference = referenceOf(text);
    const source = registries.source(reference);
    // As in Docker, a digest takes the place of the tag beside it.
    const { tag: _, ...named } = reference;
    if (reference.digest !== undefined) return void pinned.set(text, referenceText(named));
    const manifest = async () => (await source.manifest(wantedOf(reference), signal))?.bytes;
    const digest = await source.digestOf(wantedOf(reference), signal);
    // A registry need not say the digest of a manifest.
    const bytes = digest === undefined ? await manifest() : undefined;
    if (digest === undefined && !bytes)
      throw noImage(text, await missingImage(source, wantedOf(reference), signal));
    pinned.set(text, referenceText({ ...reference, digest: digest ?? digestOf(bytes!) }));
  };
  try {
    const different = new Map(images.map((image) => [image.reference, image]));
    await allAtOnce([...different.values()], {}, pin);
    return pinned;
  } finally {
    registries.close();
  }
};
