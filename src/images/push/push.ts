import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type Reference, readReference } from '../../base/images/reference.ts';
import { Queue } from '../../base/queue.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { type Manifest, readManifest } from '../model/manifest.ts';
import { damaged } from '../model/refusals.ts';
import type { RegistryTarget } from '../registry/registry-target.ts';
import { knownBlobs, noteBlob } from '../store/known-blobs.ts';
import { hold } from '../store/lease.ts';
import { allRefs } from '../store/refs.ts';
import { spaceError } from '../store/space.ts';
import type { Store } from '../store/store.ts';
import { readBlob, readRecord, type StoredImage } from '../store/stored-image.ts';
import { compressLayer } from './compressed.ts';
import { asIn, layerTypesOf } from './layer-types.ts';

export type PushEvent = {
  /** Diff ID. */
  readonly layer: string;
  readonly phase: 'preparing' | 'pushing' | 'present' | 'mounted' | 'pushed';
  /** Bytes that the registry has, of `total`. */
  readonly done: number;
  readonly total: number;
};

export type PushOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: PushEvent) => void;
};

/**
 * Brings an image to a repository, its manifest last: a name means a whole image at any time. A layer that the registry
 * has, in whatever compression it is known here, is not sent; if that holds for all of them, the manifest is the one that
 * the image came with, and its digest stays.
 * @param which the tag
 * @returns the digest of the manifest
 */
export const pushImage = async (
  store: Store,
  image: StoredImage,
  target: RegistryTarget,
  which: string,
  { signal, onEvent = () => {} }: PushOptions,
): Promise<string> => {
  const lease = await hold(store, everythingOf(store, image), signal);
  const failure = new AbortController();
  const either = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
  try {
    const manifest = blobOf(store, image.digest);
    const read = readManifest({ mediaType: '', bytes: manifest }, store.directory) as Manifest;
    const around: Around = {
      ...{ store, target, manifest: read, signal: either },
      known: knownBlobs(store),
      sources: sourcesOf(store),
    };
    const queue = new Queue(LAYERS_AT_ONCE);
    const sent = new Map<string, Promise<Descriptor>>();
    const send = (layer: string, index: number): Promise<Descriptor> => {
      const first =
        sent.get(layer) ?? queue.run(() => sendLayer(around, layer, read.layers[index]!, onEvent));
      sent.set(layer, first);
      first.catch((error) => failure.abort(error));
      return first;
    };
    const config = queue.run(() => sendConfig(around, blobOf(store, image.id)));
    config.catch((error) => failure.abort(error));
    const results = await Promise.allSettled([config, ...image.layers.map(send)]);
    const failed = results.find(({ status }) => status === 'rejected');
    // The first failure is the reason for which the others ended.
    if (failed) throw failure.signal.reason ?? (failed as PromiseRejectedResult).reason;
    const layers = await Promise.all(image.layers.map(send));
    const bytes = withLayers(manifest, read, layers);
    await target.putManifest(which, { mediaType: manifestTypeOf(bytes, read), bytes }, signal);
    return digestOf(bytes);
  } catch (error) {
    throw spaceError(store, error, []);
  } finally {
    lease.release();
  }
};

type Around = {
  readonly store: Store;
  readonly target: RegistryTarget;
  readonly manifest: Manifest;
  readonly signal: AbortSignal;
  readonly known: ReadonlyMap<string, readonly Descriptor[]>;
  readonly sources: ReadonlyMap<string, readonly Reference[]>;
};

/** Resolves with the layer as the registry has it. */
const sendLayer = async (
  { store, target, manifest, signal, known, sources }: Around,
  diffId: string,
  original: Descriptor,
  onEvent: (event: PushEvent) => void,
): Promise<Descriptor> => {
  const types = layerTypesOf(manifest.config);
  const others = (known.get(diffId) ?? []).filter(({ digest }) => digest !== original.digest);
  const blobs = [original, ...others.flatMap((blob) => asIn(types, blob) ?? [])];
  const tell = (phase: PushEvent['phase'], done: number, total: number): void =>
    onEvent({ layer: diffId, phase, done, total });
  tell('preparing', 0, statSync(store.tar(diffId)).size);
  for (const blob of blobs)
    if (await target.has(blob.digest, signal)) {
      tell('present', blob.size, blob.size);
      return blob;
    }
  for (const blob of blobs)
    for (const from of sources.get(blob.digest) ?? [])
      if (await target.mount(blob.digest, from, signal)) {
        tell('mounted', blob.size, blob.size);
        return blob;
      }
  const { digest, size, path, remove } = await compressLayer(store, diffId, signal);
  try {
    const blob = { mediaType: types.gzip, digest, size };
    const isThere = await target.has(digest, signal);
    if (!isThere)
      await target.upload(
        {
          ...{ digest, size, onProgress: (done) => tell('pushing', done, size) },
          open: (from) => createReadStream(path, { start: from, highWaterMark: CHUNK }),
        },
        signal,
      );
    // The next push knows it before anything is compressed.
    await noteBlob(store, blob, diffId);
    tell(isThere ? 'present' : 'pushed', size, size);
    return blob;
  } finally {
    await remove();
  }
};

const sendConfig = async ({ target, signal }: Around, bytes: Buffer): Promise<Descriptor> => {
  const blob = { mediaType: '', digest: digestOf(bytes), size: bytes.length };
  if (!(await target.has(blob.digest, signal)))
    await target.upload({ ...blob, open: (from) => Readable.from([bytes.subarray(from)]) }, signal);
  return blob;
};

/** The same bytes for the same layers; everything else that the manifest says stays. */
const withLayers = (manifest: Buffer, read: Manifest, layers: readonly Descriptor[]): Buffer =>
  layers.every(({ digest }, index) => digest === read.layers[index]!.digest)
    ? manifest
    : Buffer.from(JSON.stringify({ ...JSON.parse(manifest.toString('utf8')), layers }));

/** The manifests of OCI need not say their type. */
const manifestTypeOf = (bytes: Buffer, { config }: Manifest): string => {
  const { mediaType } = JSON.parse(bytes.toString('utf8'));
  if (typeof mediaType === 'string') return mediaType;
  return config.mediaType.startsWith('application/vnd.docker.')
    ? 'application/vnd.docker.distribution.manifest.v2+json'
    : 'application/vnd.oci.image.manifest.v1+json';
};

/** The repositories that the images of this machine have their blobs from. */
const sourcesOf = (store: Store): ReadonlyMap<string, readonly Reference[]> => {
  const sources = new Map<string, Reference[]>();
  for (const { name, images } of allRefs(store)) {
    const read = readReference(name);
    if (!('reference' in read)) continue;
    for (const digest of new Set(images.flatMap((image) => readRecord(store, image.digest)?.blobs ?? [])))
      sources.set(digest, [...(sources.get(digest) ?? []), read.reference]);
  }
  return sources;
};

const everythingOf = (store: Store, { digest, id, layers }: StoredImage): readonly string[] => [
  ...[digest, id, ...layers],
  ...(readRecord(store, digest)?.blobs ?? []),
];

const blobOf = (store: Store, digest: string): Buffer => {
  const bytes = readBlob(store, digest);
  if (!bytes) throw damaged(store.directory, 'a part of the image is missing', [['digest', digest]]);
  return bytes;
};

const LAYERS_AT_ONCE = 3;
const CHUNK = 1 << 18;
