import type { Descriptor } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';

/** The media types of an image whose layers are plain archives. */
type MediaTypes = { readonly manifest: string; readonly config: string; readonly layer: string };

export const DOCKER: MediaTypes = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar',
};

export const OCI: MediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
};

/** The manifest of an image from a place that has none: the same bytes for the same image. */
export const madeManifest = (
  mediaTypes: MediaTypes,
  config: Buffer,
  layers: readonly Pick<Descriptor, 'digest' | 'size'>[],
): Buffer =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: { mediaType: mediaTypes.config, digest: digestOf(config), size: config.length },
      layers: layers.map(({ digest, size }) => ({ mediaType: mediaTypes.layer, digest, size })),
    }),
  );

/** A blob of which everything is in memory. */
export async function* inOneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
