import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { ownPlatform, type Platform, runnableOn } from '../../base/images/platform.ts';
import type { Reference } from '../../base/images/reference.ts';
import { type ImageConfig, readImageConfig } from '../model/config.ts';
import { digestOf } from '../model/digest.ts';
import { writeDurably } from './durable.ts';
import { allRefs, readRef, refsOf } from './refs.ts';
import type { Store } from './store.ts';

/** An image of which everything is in the store. */
export type StoredImage = {
  /** Of its manifest. */
  readonly digest: string;
  /** Of its configuration: what Docker calls the ID of an image. */
  readonly id: string;
  readonly config: ImageConfig;
  /** Diff IDs from the bottom up. */
  readonly layers: readonly string[];
  /** Bytes of its plain layers. */
  readonly size: number;
  /** `linux/amd64` */
  readonly platform: string;
  /** As the image says it; empty if it says nothing. */
  readonly created: string;
  /** The names that mean it, in normal form. `findImage` gives the name that was asked for alone. */
  readonly references: readonly string[];
};

/** The record of an image: the rest is in its blobs. */
export type ImageRecord = Pick<StoredImage, 'digest' | 'id' | 'layers' | 'size' | 'platform'> & {
  /** Digests of its layers as they were served, in the same order. */
  readonly blobs: readonly string[];
  /** ISO text. */
  readonly storedAt: string;
};

/**
 * The image of a name, if all of it is here. Reads a handful of small files and asks nobody.
 * @param platform that of this machine if it is left out
 */
export const findImage = (
  store: Store,
  reference: Reference,
  platform: Platform = ownPlatform(),
): StoredImage | undefined => {
  const ref = readRef(store, reference) ?? sameContent(store, reference);
  if (!ref) return undefined;
  const wanted = runnableOn(platform);
  const digest =
    wanted.flatMap((each) => ref.images.find((image) => image.platform === each) ?? [])[0]?.digest ??
    // An image of one platform only was fetched although it is another one: it is used likewise.
    (ref.images[0]?.digest === ref.target ? ref.target : undefined);
  return digest === undefined ? undefined : readImage(store, digest, [ref.name]);
};

/** All images that are complete, each with all of its names; in no order. */
export const listImages = (store: Store): readonly StoredImage[] => {
  const refs = allRefs(store);
  const namesOf = (digest: string): readonly string[] =>
    refs.filter((ref) => ref.images.some((image) => image.digest === digest)).map(({ name }) => name);
  return imageDigests(store).flatMap((digest) => readImage(store, digest, namesOf(digest)) ?? []);
};

/** The images that an ID, its beginning or a digest means. */
export const imagesById = (store: Store, text: string): readonly StoredImage[] => {
  const hex = /^(?:sha256:)?([0-9a-f]{4,64})$/.exec(text)?.[1];
  if (hex === undefined) return [];
  return listImages(store).filter(({ id, digest }) =>
    [id, digest].some((each) => each.startsWith(`sha256:${hex}`)),
  );
};

/** Digests of the manifests of images that were stored. */
export const imageDigests = (store: Store): readonly string[] =>
  (existsSync(store.images) ? readdirSync(store.images) : [])
    .filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
    .map((name) => `sha256:${name.slice(0, 64)}`);

export const readRecord = (store: Store, digest: string): ImageRecord | undefined => {
  try {
    return JSON.parse(readFileSync(store.image(digest), 'utf8')) as ImageRecord;
  } catch {
    return undefined;
  }
};

export const writeRecord = (store: Store, record: ImageRecord): Promise<void> =>
  writeDurably(store.image(record.digest), JSON.stringify(record));

/** An image; undefined if a part of it is missing. */
export const readImage = (
  store: Store,
  digest: string,
  references: readonly string[],
): StoredImage | undefined => {
  const record = readRecord(store, digest);
  if (!record?.layers.every((layer) => hasLayer(store, layer))) return undefined;
  const bytes = readBlob(store, record.id);
  if (!bytes) return undefined;
  const read = readImageConfig(bytes);
  if ('fault' in read) return undefined;
  const { config } = read;
  const { id, layers, size, platform } = record;
  return { digest, id, config, layers, size, platform, created: config.created ?? '', references };
};

export const hasLayer = (store: Store, diffId: string): boolean => existsSync(store.tar(diffId));

/** A manifest or a configuration; undefined if it is missing or not what its name says. */
export const readBlob = (store: Store, digest: string): Buffer | undefined => {
  try {
    const bytes = readFileSync(store.blob(digest));
    return digestOf(bytes) === digest ? bytes : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** The directory of an image's merged layers: the same layers in the same order have the same. */
export const rootId = (layers: readonly string[]): string =>
  createHash('sha256').update(layers.join('\n')).digest('hex');

/** `name@sha256:…` of an image that came by a tag of the same repository. */
const sameContent = (store: Store, reference: Reference) => {
  const { digest } = reference;
  if (digest === undefined) return undefined;
  return refsOf(store, reference).find(
    (ref) => ref.target === digest || ref.images.some((image) => image.digest === digest),
  );
};
