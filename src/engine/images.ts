import { existsSync, statSync } from 'node:fs';
import { type Diagnostic, Problem } from '../base/diagnostic.ts';
import type { ImageHistory } from '../images/config.ts';
import { fetchImage } from '../images/fetch.ts';
import type { FetchEvent } from '../images/fetch-layers.ts';
import { familiarText, type Reference, readReference } from '../images/reference.ts';
import { openArchive } from '../images/sources/open-archive.ts';
import { collect, emptyTrash } from '../images/store/collect.ts';
import { heldDigests } from '../images/store/lease.ts';
import { underLocks } from '../images/store/lock.ts';
import { readRef } from '../images/store/refs.ts';
import { forget, meantBy, referenceOf, untag } from '../images/store/remove.ts';
import { openStore, STORE_LOCK, type Store, storeIn } from '../images/store/store.ts';
import { type StoredImage, listImages as storedImages } from '../images/store/stored-image.ts';
import { type Fault, verifyImage } from '../images/store/verify.ts';
import { type ImageUse, imageUsers } from './images/image-users.ts';
import { ambiguous, faulty, imageInUse, maybeUsed, noSuchImage, severalNames } from './images/refusals.ts';
import { stateDirectory } from './supervisor/project-paths.ts';
import { requireRoot } from './supervisor/require-root.ts';

/** An image of this machine with what uses it. */
export type ListedImage = StoredImage & {
  /** Its names as Docker shows them. */
  readonly names: readonly string[];
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

/** The image that a name, an ID or the beginning of one means, or the reason why there is none. */
export const lookUpImage = (text: string): ListedImage | Diagnostic => {
  requireRoot();
  const { uses } = imageUsers(stateDirectory());
  const store = storeIn(stateDirectory());
  const meant = meantBy(store, text);
  if (meant.length === 0) return noSuchImage(text, knownNames(store));
  if (meant.length > 1)
    return ambiguous(
      text,
      meant.map(({ image }) => image.id),
    );
  return listed(meant[0]!.image, uses);
};

export type Removed = { readonly untagged: readonly string[]; readonly deleted: readonly string[] };

/**
 * Takes a name from an image, or removes the image if it has no other. Throws a Problem if a container uses it; with
 * `force`, the name goes all the same, and what the container needs stays.
 */
export const removeImage = async (
  text: string,
  { force, dryRun }: { readonly force: boolean; readonly dryRun: boolean },
): Promise<Removed> => {
  requireRoot();
  const store = storeIn(stateDirectory());
  const { uses, unknown } = imageUsers(stateDirectory());
  const meant = meantBy(store, text);
  if (meant.length === 0) throw new Problem(noSuchImage(text, knownNames(store)));
  if (meant.length > 1)
    throw new Problem(
      ambiguous(
        text,
        meant.map(({ image }) => image.id),
      ),
    );
  const [{ image, name } = meant[0]!] = meant;
  const isLast = name === undefined || image.references.length === 1;
  const users = usesOf(image, uses);
  if (isLast && !force) {
    if (users.length > 0) throw new Problem(imageInUse(text, users));
    if (unknown.length > 0) throw new Problem(maybeUsed(unknown[0]!));
  }
  if (name === undefined && image.references.length > 1 && !force)
    throw new Problem(severalNames(text, image.references.map(familiar)));
  const names = name === undefined ? image.references : [name];
  const isDeleted = isLast && users.length === 0 && unknown.length === 0;
  if (!dryRun) {
    untag(store, names);
    if (isDeleted) await forget(store, image.digest);
  }
  return { untagged: names.map(familiar), deleted: isDeleted ? [image.id] : [] };
};

/** Frees what no image and no container needs any more. Resolves with its bytes. */
export const freeImages = async (): Promise<number> => {
  requireRoot();
  const store = storeIn(stateDirectory());
  const { uses, unknown } = imageUsers(stateDirectory());
  const bytes = unknown.length > 0 ? 0 : await collect(store, new Set(uses.keys()));
  await emptyTrash(store);
  return bytes;
};

export type PrunedImages = Removed & { readonly bytes: number };

/**
 * Removes images that no container uses and no command is about to use: those without a name, and with `all` the others too.
 * @param suits chooses among them
 */
export const pruneImages = async (
  all: boolean,
  suits: (image: ListedImage) => boolean,
  dryRun: boolean,
): Promise<PrunedImages> => {
  const store = storeIn(stateDirectory());
  const unused =
    dryRun || !existsSync(store.directory)
      ? unusedImages(all, suits)
      : await underLocks(store, [STORE_LOCK], {}, async () => {
          const held = heldDigests(store);
          const free = unusedImages(all, suits).filter(({ digest }) => !held.has(digest));
          for (const { digest, references } of free) {
            untag(store, references);
            await forget(store, digest);
          }
          return free;
        });
  return {
    untagged: unused.flatMap(({ names }) => names),
    deleted: unused.map(({ id }) => id),
    bytes: dryRun ? unused.reduce((sum, { size }) => sum + size, 0) : await freeImages(),
  };
};

const unusedImages = (all: boolean, suits: (image: ListedImage) => boolean): readonly ListedImage[] => {
  const unused = listImages()
    .filter(({ names, uses }) => uses.length === 0 && (all || names.length === 0))
    .filter(suits);
  const { unknown } = imageUsers(stateDirectory());
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

export type LoadOptions = {
  /** The name of the only image of an archive. */
  readonly tag?: string | undefined;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: FetchEvent) => void;
  readonly onWarning?: (warning: Diagnostic) => void;
};

export type Loaded = {
  readonly id: string;
  /** As Docker shows it; missing for an image without a name. */
  readonly name: string | undefined;
};

/** Brings the images of an archive or a directory into the store. */
export const loadImages = async (
  input: string | NodeJS.ReadStream,
  { tag, ...options }: LoadOptions,
): Promise<readonly Loaded[]> => {
  requireRoot();
  const store = openStore(stateDirectory());
  const { source, close } = await openArchive(store, input);
  try {
    const loaded: Loaded[] = [];
    for (const { which, name } of tag === undefined ? source.offered : source.offered.slice(0, 1)) {
      const reference = referenceIn(tag ?? name);
      const image = await fetchImage(store, source, reference, { ...options, which });
      loaded.push({ id: image.id, name: reference && familiarText(reference) });
    }
    return loaded;
  } finally {
    await close();
  }
};

/**
 * Compares images with their digests, the bytes that containers run from included; all images if none are named.
 * @returns a problem for each image that is damaged
 */
export const verifyImages = async (
  texts: readonly string[],
  onVerified: (name: string, isWhole: boolean) => void,
): Promise<readonly Diagnostic[]> => {
  const store = storeIn(stateDirectory());
  const checked = new Map<string, Fault | undefined>();
  const problems: Diagnostic[] = [];
  const found = texts.length > 0 ? texts.map(lookUpImage) : listImages();
  for (const image of found) {
    if ('severity' in image) {
      problems.push(image);
      continue;
    }
    const name = image.names[0] ?? image.id;
    const faults = await verifyImage(store, image.digest, checked);
    if (faults.length > 0) problems.push(faulty(name, faults));
    onVerified(name, faults.length === 0);
  }
  return problems;
};

export type HistoryLine = ImageHistory & {
  /** Bytes of its layer. */
  readonly size: number;
};

/** The instructions that made an image, the newest first. */
export const imageHistory = (text: string): readonly HistoryLine[] | Diagnostic => {
  const image = lookUpImage(text);
  if ('severity' in image) return image;
  const sizes = layerSizes(image).map(({ bytes }) => bytes);
  const made = image.config.history;
  // An image without a history has layers all the same.
  const lines = made.length > 0 ? made : sizes.map(() => ({ isEmpty: false }));
  let next = 0;
  return lines.map((line) => ({ ...line, size: line.isEmpty ? 0 : (sizes[next++] ?? 0) })).toReversed();
};

/** Of the layers of an image, from the bottom up; 0 for one that is missing. */
export const layerSizes = ({
  layers,
}: Pick<StoredImage, 'layers'>): readonly { readonly layer: string; readonly bytes: number }[] => {
  const store = storeIn(stateDirectory());
  const bytesOf = (layer: string): number => statSync(store.tar(layer), { throwIfNoEntry: false })?.size ?? 0;
  return layers.map((layer) => ({ layer, bytes: bytesOf(layer) }));
};

const listed = (image: StoredImage, uses: ReadonlyMap<string, readonly ImageUse[]>): ListedImage => {
  const [first] = image.references;
  const ref = first === undefined ? undefined : readRef(storeIn(stateDirectory()), referenceOf(first));
  return {
    ...image,
    names: image.references.map(familiar),
    ...(ref && { lastTagTime: ref.lastTagTime }),
    uses: usesOf(image, uses),
  };
};

const usesOf = (
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

const familiar = (name: string): string => {
  const read = readReference(name);
  return 'reference' in read ? familiarText(read.reference) : name;
};

const referenceIn = (text: string | undefined): Reference | undefined => {
  if (text === undefined) return undefined;
  const read = readReference(text);
  if ('reference' in read) return read.reference;
  throw new Problem({
    severity: 'error',
    code: 'invalid-image-name',
    message: `\`${text}\` must ${read.must}`,
    ...(read.label && { notes: [read.label] }),
  });
};

const EPOCH = '1970-01-01T00:00:00Z';
