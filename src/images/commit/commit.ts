import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ownPlatform } from '../../base/images/platform.ts';
import type { Reference } from '../../base/images/reference.ts';
import { fileStream } from '../../base/node/file-stream.ts';
import { fetchImage } from '../fetch/fetch.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { type Manifest, readManifest } from '../model/manifest.ts';
import { damaged, noImage } from '../model/refusals.ts';
import { layerTypesOf } from '../push/layer-types.ts';
import { inOneChunk, OCI } from '../sources/made-manifest.ts';
import { spaceError } from '../store/space.ts';
import type { Store } from '../store/store.ts';
import { readBlob, type StoredImage } from '../store/stored-image.ts';
import type { RawConfig } from './changes.ts';

/** A new image: one more layer on another image, or on none. */
export type NewImage = {
  /** The digest of the manifest below; missing for an image of one layer. */
  readonly base?: string | undefined;
  /** The bytes of the archive of its layer. */
  readonly layer: Iterable<Buffer>;
  /** The part `config` of its configuration, from that of the image below. */
  readonly configure: (config: RawConfig) => RawConfig;
  readonly author?: string | undefined;
  readonly comment?: string | undefined;
  /** The command that made the layer, for its history. */
  readonly createdBy: string;
  /** ISO text. */
  readonly created: string;
};

/**
 * Stores a new image under a name, or without one. An empty layer is none. Whatever ends it in between, the store is
 * whole: it goes the way of an image that is fetched.
 */
export const commitImage = async (
  store: Store,
  image: NewImage,
  reference: Reference | undefined,
  signal?: AbortSignal,
): Promise<StoredImage> => {
  const spool = `${store.ingest}/commit-${process.pid}-${randomBytes(6).toString('hex')}.tar`;
  try {
    const layer = await written(image.layer, spool, signal);
    const isEmpty = layer.digest === EMPTY_LAYER;
    const below = baseOf(store, image.base);
    const config = Buffer.from(
      JSON.stringify(configOf(below.config, image, isEmpty ? undefined : layer.digest)),
    );
    const types = layerTypesOf(below.manifest.config);
    const layers = [...below.manifest.layers, ...(isEmpty ? [] : [{ mediaType: types.plain, ...layer }])];
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: below.mediaType,
        config: {
          mediaType: below.manifest.config.mediaType,
          digest: digestOf(config),
          size: config.length,
        },
        layers,
      }),
    );
    const source = {
      name: store.directory,
      manifest: async () => ({ mediaType: below.mediaType, bytes: manifest }),
      blob: async ({ digest }: Descriptor, from: number) => {
        if (digest === digestOf(config)) return { from: 0, chunks: inOneChunk(config) };
        // A layer of the image below that was removed meanwhile.
        if (digest !== layer.digest) throw noImage(digest, { source: store.directory });
        return { from, chunks: createReadStream(spool, { start: from, highWaterMark: CHUNK }) };
      },
    };
    const { os, architecture, variant } = below.config as ReturnType<typeof ownPlatform>;
    const platform = { os, architecture, ...(variant !== undefined && { variant }) };
    return await fetchImage(store, source, reference, {
      ...{ platform, which: digestOf(manifest), largest: () => Number.POSITIVE_INFINITY },
      ...(signal && { signal }),
    });
  } catch (error) {
    throw spaceError(store, error, []);
  } finally {
    await rm(spool, { force: true });
  }
};

const written = async (layer: Iterable<Buffer>, path: string, signal: AbortSignal | undefined) => {
  const hash = createHash('sha256');
  let size = 0;
  function* counted(): Generator<Buffer> {
    for (const chunk of layer) {
      signal?.throwIfAborted();
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  await pipeline(Readable.from(counted()), await fileStream(path, 'wx'));
  return { digest: `sha256:${hash.digest('hex')}`, size };
};

type Base = {
  readonly manifest: Manifest;
  readonly mediaType: string;
  /** Its whole configuration. */
  readonly config: Readonly<Record<string, unknown>>;
};

const baseOf = (store: Store, digest: string | undefined): Base => {
  if (digest === undefined)
    return {
      manifest: { config: { mediaType: OCI.config, digest: '', size: 0 }, layers: [] },
      mediaType: OCI.manifest,
      config: { ...ownPlatform() },
    };
  const bytes = readBlob(store, digest);
  const manifest = bytes && (readManifest({ mediaType: '', bytes }, store.directory) as Manifest);
  const config = manifest && readBlob(store, manifest.config.digest);
  if (!bytes || !config)
    throw damaged(store.directory, 'the image below is not in the store any more', [['image', digest]]);
  const isDocker = manifest.config.mediaType.startsWith('application/vnd.docker.');
  const mediaType = isDocker ? 'application/vnd.docker.distribution.manifest.v2+json' : OCI.manifest;
  return { manifest, mediaType, config: JSON.parse(config.toString('utf8')) };
};

const configOf = (
  { config, rootfs, history, ...below }: Readonly<Record<string, unknown>>,
  { configure, author, comment, createdBy, created }: NewImage,
  diffId: string | undefined,
) => {
  const { container: _, container_config: __, id: ___, parent: ____, ...kept } = below;
  const below_ = (rootfs as { readonly diff_ids?: readonly string[] } | undefined)?.diff_ids ?? [];
  return {
    ...kept,
    created,
    ...(author !== undefined && { author }),
    config: configure((config as RawConfig | undefined) ?? {}),
    rootfs: { type: 'layers', diff_ids: [...below_, ...(diffId === undefined ? [] : [diffId])] },
    history: [
      ...((history as readonly unknown[] | undefined) ?? []),
      {
        ...{ created, created_by: createdBy },
        ...(author !== undefined && { author }),
        ...(comment !== undefined && { comment }),
        ...(diffId === undefined && { empty_layer: true }),
      },
    ],
  };
};

/** Two blocks of zeros. */
const EMPTY_LAYER = digestOf(Buffer.alloc(1024));
const CHUNK = 1 << 20;
