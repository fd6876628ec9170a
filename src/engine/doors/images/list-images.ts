import type { Diagnostic } from '../../../base/diagnostic.ts';
import { familiarName, familiarText, readReference } from '../../../base/images/reference.ts';
import { readRef } from '../../../images/store/refs.ts';
import { type Meant, meantBy, referenceOf } from '../../../images/store/remove.ts';
import { type Store, storeIn } from '../../../images/store/store.ts';
import { type StoredImage, listImages as storedImages } from '../../../images/store/stored-image.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { type ImageUse, imageUsers } from '../../images/image-users.ts';
import { ambiguous, noSuchImage } from '../../images/refusals.ts';
import { requireRoot } from '../../supervisor/require-root.ts';

/** An image of this machine with what uses it. */
export type ListedImage = StoredImage & {
  /** Its names as Docker shows them. */
  readonly names: readonly string[];
  /** `postgres@sha256:…`: what the sources of its names have under them, of several platforms perhaps. */
  readonly repoDigests: readonly string[];
  /** When its first name was given to it, as an ISO text; missing without a name. */
  readonly lastTagTime?: string;
  /** Containers of all projects, stopped ones included. */
  readonly uses: readonly ImageUse[];
};

/** All images of this machine, the newest first. Nobody is asked. */
export const listImages = (): readonly ListedImage[] => {
  requireRoot();
  const { uses } = imageUsers(stateDirectory());
  return storedImages(storeIn(stateDirectory()))
    .map((image) => listed(image, uses))
    .toSorted((one, other) => Date.parse(other.created || EPOCH) - Date.parse(one.created || EPOCH));
};

/**
 * The image that a name, an ID or the beginning of one means, or the reason why there is none. Of several platforms of
 * one name, it is that of this machine.
 */
export const lookUpImage = (text: string): ListedImage | Diagnostic => {
  requireRoot();
  const { uses } = imageUsers(stateDirectory());
  const meant = onlyMeant(storeIn(stateDirectory()), text);
  return 'severity' in meant ? meant : listed(meant.images[0], uses);
};

/** The image that a text names, or the reason why that is not one image. */
export const onlyMeant = (store: Store, text: string): Meant | Diagnostic => {
  const [meant, ...others] = meantBy(store, text);
  if (!meant) return noSuchImage(text, knownNames(store));
  if (others.length === 0) return meant;
  return ambiguous(
    text,
    [meant, ...others].map(({ images }) => images[0].id),
  );
};

const listed = (image: StoredImage, uses: ReadonlyMap<string, readonly ImageUse[]>): ListedImage => {
  const references = image.references.map(referenceOf);
  const refs = references.map((reference) => readRef(storeIn(stateDirectory()), reference));
  const digests = references.flatMap((reference, index) =>
    refs[index] ? `${familiarName(reference)}@${refs[index].target}` : [],
  );
  return {
    ...image,
    names: references.map(familiarText),
    repoDigests: [...new Set(digests)],
    ...(refs[0] && { lastTagTime: refs[0].lastTagTime }),
    uses: usesOf(image, uses),
  };
};

/** The containers that use an image, each once. */
export const usesOf = (
  { digest, id }: StoredImage,
  uses: ReadonlyMap<string, readonly ImageUse[]>,
): readonly ImageUse[] => [
  ...new Map(
    [digest, id]
      .flatMap((each) => uses.get(each.slice('sha256:'.length)) ?? [])
      .map((use) => [`${use.project}/${use.container}`, use]),
  ).values(),
];

const knownNames = (store: Store): readonly string[] =>
  storedImages(store).flatMap(({ references }) => references.map(familiar));

/** A name as Docker shows it. */
export const familiar = (name: string): string => {
  const read = readReference(name);
  return 'reference' in read ? familiarText(read.reference) : name;
};

const EPOCH = '1970-01-01T00:00:00Z';
