import { stat } from 'node:fs/promises';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { ownPlatform, type Platform, platformText } from '../../base/images/platform.ts';
import { familiarText, type Reference, wantedOf } from '../../base/images/reference.ts';
import { type Chosen, chooseManifest } from '../model/choose.ts';
import { type ImageConfig, readImageConfig } from '../model/config.ts';
import { checkLayers } from '../model/manifest.ts';
import { damaged, platformWarnings } from '../model/refusals.ts';
import type { Source } from '../model/source.ts';
import { readWhole } from '../store/download.ts';
import { writeDurably } from '../store/durable.ts';
import { hold, type Lease } from '../store/lease.ts';
import { addToRef } from '../store/refs.ts';
import { spaceError } from '../store/space.ts';
import type { Store } from '../store/store.ts';
import { readBlob, readImage, type StoredImage, writeRecord } from '../store/stored-image.ts';
import { fetchLayers, type LayersOptions } from './fetch-layers.ts';

export type FetchOptions = LayersOptions & {
  /** That of this machine if it is left out. */
  readonly platform?: Platform;
  /** The word that the source is asked for, if it is not the tag or the digest of the name. */
  readonly which?: string;
  /** The image is used all the same. */
  readonly onWarning?: (warning: Diagnostic) => void;
};

/**
 * Brings an image from a source into the store. Whatever ends it in between, the store is whole: an image is there when
 * everything of it is there, and its name after that. What is there already is not fetched, and two fetches at once
 * fetch each layer once.
 * @param reference the name that it gets; without one it stays until the next `image prune`
 */
export const fetchImage = async (
  store: Store,
  source: Source,
  reference: Reference | undefined,
  options: FetchOptions = {},
): Promise<StoredImage> => {
  const { platform = ownPlatform(), which, signal, onWarning = () => {} } = options;
  const asked = which ?? (reference ? wantedOf(reference) : 'latest');
  const name = reference ? familiarText(reference) : asked;
  const chosen = await chooseManifest(source, name, asked, platform, signal);
  checkLayers(chosen.manifest);
  const { layers } = chosen.manifest;
  const { bytes, config } = await fetchConfig(store, source, chosen, signal);
  platformWarnings(name, platform, platformText(config)).forEach(onWarning);

  let lease: Lease | undefined;
  try {
    lease = await hold(store, everythingOf(chosen, config), signal);
    const wanted = layers.map((layer, index) => ({ layer, diffId: config.diffIds[index]! }));
    await fetchLayers(store, source, wanted, options);
    // After the layers, so that nothing is left where these do not fit on the disk.
    const blobs = [...chosen.blobs, [chosen.manifest.config.digest, bytes] as const];
    for (const [digest, content] of blobs)
      if (!readBlob(store, digest)) await writeDurably(store.blob(digest), content);
    return await register(store, chosen, config, reference);
  } catch (error) {
    throw spaceError(store, error, layers);
  } finally {
    lease?.release();
  }
};

const fetchConfig = async (store: Store, source: Source, { manifest }: Chosen, signal?: AbortSignal) => {
  const bytes = readBlob(store, manifest.config.digest) ?? (await readWhole(source, manifest.config, signal));
  const read = readImageConfig(bytes);
  if ('fault' in read) throw damaged(source.name, `the configuration of the image is invalid: ${read.fault}`);
  const { diffIds } = read.config;
  if (diffIds.length !== manifest.layers.length)
    throw damaged(
      source.name,
      `the image has ${manifest.layers.length} layers and ${diffIds.length} diff IDs`,
    );
  return { bytes, config: read.config };
};

const everythingOf = ({ blobs, manifest, digest }: Chosen, { diffIds }: ImageConfig): readonly string[] => [
  ...[digest, ...blobs.keys(), manifest.config.digest],
  ...[...diffIds, ...manifest.layers.map((layer) => layer.digest)],
];

/** The image, and then its name: a reader that finds a name finds everything. */
const register = async (
  store: Store,
  { target, digest, manifest }: Chosen,
  config: ImageConfig,
  reference: Reference | undefined,
): Promise<StoredImage> => {
  const layers = config.diffIds;
  const platform = platformText(config);
  const sizes = await Promise.all(layers.map(async (layer) => (await stat(store.tar(layer))).size));
  await writeRecord(store, {
    digest,
    id: manifest.config.digest,
    layers,
    blobs: manifest.layers.map((layer) => layer.digest),
    size: sizes.reduce((sum, size) => sum + size, 0),
    platform,
    storedAt: new Date().toISOString(),
  });
  const ref = reference && (await addToRef(store, reference, target, { platform, digest }));
  const image = readImage(store, digest, ref ? [ref.name] : []);
  if (!image) throw new Error(`the image ${digest} is not complete after its fetch`);
  return image;
};
