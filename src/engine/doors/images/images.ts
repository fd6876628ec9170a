import { existsSync, statSync } from 'node:fs';
import { type Diagnostic, Problem } from '../../../base/diagnostic.ts';
import { fetchImage } from '../../../images/fetch/fetch.ts';
import type { FetchEvent } from '../../../images/fetch/fetch-layers.ts';
import type { ImageHistory } from '../../../images/model/config.ts';
import {
  familiarName,
  familiarText,
  type Reference,
  readReference,
} from '../../../images/model/reference.ts';
import type { ListedSource } from '../../../images/sources/layout.ts';
import { openArchive } from '../../../images/sources/open-archive.ts';
import { collect, emptyTrash, isTrashSmall } from '../../../images/store/collect.ts';
import { inQuietStore } from '../../../images/store/quiet-store.ts';
import { readRef } from '../../../images/store/refs.ts';
import { forget, type Meant, meantBy, referenceOf, untag } from '../../../images/store/remove.ts';
import { openStore, type Store, storeIn } from '../../../images/store/store.ts';
import { type StoredImage, listImages as storedImages } from '../../../images/store/stored-image.ts';
import { type Fault, verifyImage } from '../../../images/store/verify.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { treeSize } from '../../disk/tree-size.ts';
import { freeLater } from '../../images/free-later.ts';
import { type ImageUse, imageUsers } from '../../images/image-users.ts';
import {
  ambiguous,
  faulty,
  imageHeld,
  imageInUse,
  invalidName,
  maybeUsed,
  noSuchImage,
  severalImages,
  severalNames,
} from '../../images/refusals.ts';
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

const onlyMeant = (store: Store, text: string): Meant | Diagnostic => {
  const [meant, ...others] = meantBy(store, text);
  if (!meant) return noSuchImage(text, knownNames(store));
  if (others.length === 0) return meant;
  return ambiguous(
    text,
    [meant, ...others].map(({ images }) => images[0].id),
  );
};

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

/**
 * Takes out of the store what no image, no container and no running command needs any more. It is freed when this
 * resolves, or, if that takes more than a moment, by a process for which nobody waits. If that one is killed, the next
 * command that frees something does its work, or one that needs the space.
 */
export const freeImages = async (): Promise<void> => {
  const { store } = await collectUnused();
  if (isTrashSmall(store) || !freeLater(store)) await emptyTrash(store);
};

/** The same, and everything is freed when this resolves, with the bytes that were. */
const freeImagesNow = async (): Promise<number> => {
  const { store, moved } = await collectUnused();
  let bytes = 0;
  for (const path of moved) bytes += await treeSize(path);
  await emptyTrash(store);
  return bytes;
};

const collectUnused = async (): Promise<{ readonly store: Store; readonly moved: readonly string[] }> => {
  requireRoot();
  const store = storeIn(stateDirectory());
  const moved = await inQuietStore(store, (quiet) => {
    const { uses, unknown } = imageUsers(stateDirectory());
    return unknown.length > 0 ? [] : collect(quiet, uses.keys());
  });
  return { store, moved };
};

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

export type LoadOptions = {
  /** The name of the only image of an archive, instead of its own. */
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
  const { source, close } = await openArchive(store, input, options.signal);
  try {
    const loaded: Loaded[] = [];
    for (const { which, reference } of namedImages(source, tag)) {
      const image = await fetchImage(store, source, reference, { ...options, which });
      loaded.push({ id: image.id, name: reference && familiarText(reference) });
    }
    return loaded;
  } finally {
    await close();
  }
};

/** Throws a Problem where there is no such file. */
export const requireArchive = (path: string): void => {
  if (!existsSync(path))
    throw new Problem({ severity: 'error', code: 'no-file', message: `file not found: ${path}` });
};

/** The images of an archive with their names. Throws a Problem with all names that are none. */
const namedImages = (
  { name, offered }: ListedSource,
  tag: string | undefined,
): readonly { readonly which: string; readonly reference: Reference | undefined }[] => {
  const all = [...new Set(offered.map(({ which }) => which))];
  if (tag !== undefined && all.length > 1) throw new Problem(severalImages(name, tag, offered));
  const problems: Diagnostic[] = [];
  const referenceIn = (text: string): Reference | undefined => {
    const read = readReference(text);
    if ('reference' in read) return read.reference;
    problems.push(invalidName(text, read));
    return undefined;
  };
  const given = tag === undefined ? offered : all.map((which) => ({ which, name: tag }));
  const wanted = new Map(given.map((each) => [`${each.which} ${each.name}`, each])).values();
  const images = [...wanted].map(({ which, name: text }) => ({
    which,
    reference: text === undefined ? undefined : referenceIn(text),
  }));
  if (problems.length > 0) throw new Problem(...problems);
  return images;
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

const EPOCH = '1970-01-01T00:00:00Z';
